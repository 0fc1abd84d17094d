# -DWIRECAUSE_SANITIZE="address;undefined" (or "thread"): for the whole tree, so that no library is left out.
set(WIRECAUSE_SANITIZE "" CACHE STRING "sanitizers for the whole tree, a list")
if(WIRECAUSE_SANITIZE)
  string(REPLACE ";" "," wc_sanitizers "${WIRECAUSE_SANITIZE}")
  add_compile_options(-fsanitize=${wc_sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${wc_sanitizers})
endif()
