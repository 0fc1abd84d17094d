# wc_warnings: the strict warnings that every file of ours is built with; errors under -DWIRECAUSE_WERROR=ON (CI, ./dev).
add_library(wc_warnings INTERFACE)
target_compile_options(wc_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-align -Woverloaded-virtual -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough -Wundef
  # -Wrestrict and -Wnull-dereference of g++ 12 see faults in inlined std::string and containers that are not there
  # (GCC bugs 105329, 105651): the sanitizers look for the real ones.
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wuseless-cast -Wno-restrict>)
option(WIRECAUSE_WERROR "treat warnings as errors" ON)
if(WIRECAUSE_WERROR)
  target_compile_options(wc_warnings INTERFACE -Werror)
endif()
