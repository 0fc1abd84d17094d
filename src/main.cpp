// The program's entry: everything is in app/program.hpp, so that tests can call it.
// SPDX-License-Identifier: Apache-2.0
#include "app/program.hpp"

int main(int argc, char** argv) { return wirecause::run_program(argc, argv); }
