# wirecause_module(<folder> [DEPENDS folder...] [LINK lib...])
#
# One static library a folder of src/, named wc_<folder>, from all its .cpp files. DEPENDS lists the folders that it
# may include (STYLE B2); a folder that is not listed is not on the link line, and tools/check-includes says so too.
function(wirecause_module name)
  cmake_parse_arguments(M "" "" "DEPENDS;LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  list(SORT sources)
  add_library(wc_${name} STATIC ${sources})
  target_include_directories(wc_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(wc_${name} PRIVATE wc_warnings)
  foreach(d IN LISTS M_DEPENDS)
    target_link_libraries(wc_${name} PUBLIC wc_${d})
  endforeach()
  target_link_libraries(wc_${name} PUBLIC ${M_LINK})
  set_target_properties(wc_${name} PROPERTIES LINKER_LANGUAGE CXX)
endfunction()
