# `cmake --install`: the program, and the man page and completion that it makes itself from its tables of options. They are
# made at install time, by the program that is installed, so none of them is kept in git or can be out of date.
include(GNUInstallDirs)
install(TARGETS wirecause RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(CODE "
  foreach(made IN ITEMS \"man;wirecause.1\" \"completion;bash;wirecause\")
    list(POP_BACK made name)
    execute_process(COMMAND \"$<TARGET_FILE:wirecause>\" \${made}
      OUTPUT_FILE \"${CMAKE_BINARY_DIR}/install/\${name}\" COMMAND_ERROR_IS_FATAL ANY)
  endforeach()")
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/install)
install(FILES ${CMAKE_BINARY_DIR}/install/wirecause.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${CMAKE_BINARY_DIR}/install/wirecause DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
