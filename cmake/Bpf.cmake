# wirecause_bpf(<target> [FOLDER <folder> ROOT <root>]): every <folder>/<stem>.bpf.c (bpf) becomes an eBPF object and the header
# <stem>.skel.h that holds it (libbpf skeleton), for <target> alone; what they include is named from <root> (the project). Built with clang and bpftool; no running kernel and no vmlinux.h is needed: the
# programs declare the few kernel fields that they read, and libbpf relocates them at run time (CO-RE).
#
# Stripped of DWARF but not of BTF, without which there is nothing to relocate.
find_program(WIRECAUSE_BPF_CLANG NAMES clang-14 clang REQUIRED)
find_program(WIRECAUSE_BPF_STRIP NAMES llvm-strip-14 llvm-strip REQUIRED)
find_program(WIRECAUSE_BPFTOOL NAMES bpftool PATHS /usr/sbin /sbin REQUIRED)

function(wirecause_bpf target)
  cmake_parse_arguments(B "" "FOLDER;ROOT" "" ${ARGN})
  if(NOT B_FOLDER)
    set(B_FOLDER ${PROJECT_SOURCE_DIR}/bpf)
    set(B_ROOT ${PROJECT_SOURCE_DIR})
  endif()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/bpf)
  file(MAKE_DIRECTORY ${out})
  file(GLOB programs CONFIGURE_DEPENDS ${B_FOLDER}/*.bpf.c)
  file(GLOB shared CONFIGURE_DEPENDS ${B_FOLDER}/*.h)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    set(arch arm64)
  else()
    set(arch x86)
  endif()
  set(skeletons "")
  foreach(program IN LISTS programs)
    get_filename_component(file ${program} NAME)
    string(REPLACE ".bpf.c" "" stem ${file})
    add_custom_command(
      OUTPUT ${out}/${stem}.skel.h
      COMMAND ${WIRECAUSE_BPF_CLANG} -target bpf -D__TARGET_ARCH_${arch} -mcpu=v3 -O2 -g -Wall -Wextra -Werror
              -I${B_ROOT} -I/usr/include/${CMAKE_LIBRARY_ARCHITECTURE}
              -c ${program} -o ${out}/${stem}.bpf.o
      COMMAND ${WIRECAUSE_BPF_STRIP} -g ${out}/${stem}.bpf.o
      COMMAND ${WIRECAUSE_BPFTOOL} gen skeleton ${out}/${stem}.bpf.o name ${stem}_bpf > ${out}/${stem}.skel.h
      DEPENDS ${program} ${shared}
      COMMENT "BPF ${stem}"
      VERBATIM)
    list(APPEND skeletons ${out}/${stem}.skel.h)
  endforeach()
  add_custom_target(${target}_bpf DEPENDS ${skeletons})
  add_dependencies(${target} ${target}_bpf)
  # SYSTEM: what bpftool writes is C, and is not held to our warnings.
  target_include_directories(${target} SYSTEM PRIVATE ${out})
  # PUBLIC: tests read what programs and loaders share (bpf/*.h).
  target_include_directories(${target} PUBLIC ${B_ROOT})
endfunction()
