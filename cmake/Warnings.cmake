# wc_warnings: the strict warnings that every file of ours is built with; errors under -DWIRECAUSE_WERROR=ON (CI, ./dev).
add_library(wc_warnings INTERFACE)
target_compile_options(wc_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-align -Woverloaded-virtual -Wnull-dereference -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough -Wundef
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wuseless-cast>)
option(WIRECAUSE_WERROR "treat warnings as errors" ON)
if(WIRECAUSE_WERROR)
  target_compile_options(wc_warnings INTERFACE -Werror)
endif()
