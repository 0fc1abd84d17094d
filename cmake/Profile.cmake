# Profile-guided optimisation of the release build with g++: WIRECAUSE_PROFILE=generate builds a program that counts where
# it goes (tools/train runs it), =use a program that is laid out by these counts, and is 2 to 5 % faster.
#
# Code that was not run in training, or has changed since, is optimised as without a profile: an old profile is slower,
# never wrong. `./dev build` does both steps. ccache knows none of these options and steps aside.
set(WIRECAUSE_PROFILE "" CACHE STRING "generate: count; use: optimise by the counts; empty: neither")
set(WIRECAUSE_PROFILE_DIR "${CMAKE_SOURCE_DIR}/build-profile/counts" CACHE PATH "where the counts are")
set(WIRECAUSE_PROFILE_ID "" CACHE STRING "of the training: another one has everything built anew")

if(WIRECAUSE_PROFILE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # The counts are named after the object file inside its build folder, which both builds have in common.
  set(wc_profile -fprofile-${WIRECAUSE_PROFILE}=${WIRECAUSE_PROFILE_DIR} -fprofile-prefix-path=${CMAKE_BINARY_DIR}
                 -fprofile-update=prefer-atomic)
  if(WIRECAUSE_PROFILE STREQUAL "use")
    list(APPEND wc_profile -fprofile-partial-training -Wno-missing-profile -Wno-coverage-mismatch)
  endif()
  if(WIRECAUSE_PROFILE_ID)
    list(APPEND wc_profile -DWIRECAUSE_PROFILE_ID=0x${WIRECAUSE_PROFILE_ID})
  endif()
  add_compile_options(${wc_profile})
  add_link_options(${wc_profile})
endif()
