# Boards that QEMU emulates, for tests and examples: firmware without a vendor's files.

include_guard(GLOBAL)

# The core, and the clock of SysTick in MHz as QEMU has it.
function(_approx_board_facts board cpu megahertz)
  set(facts_mps2-an386 cortex-m4 25)
  set(facts_mps2-an505 cortex-m33 20)
  set(facts_netduinoplus2 cortex-m4 168)
  if(NOT DEFINED facts_${board})
    message(FATAL_ERROR
            "unknown board '${board}'; there are mps2-an386, mps2-an505, netduinoplus2 and host")
  endif()
  list(GET facts_${board} 0 core)
  list(GET facts_${board} 1 clock)
  set(${cpu} "${core}" PARENT_SCOPE)
  set(${megahertz} "${clock}" PARENT_SCOPE)
endfunction()

# The core of a board: what the toolchain file wants as APPROX_CPU. Works before project().
function(approx_board_cpu board result)
  _approx_board_facts("${board}" cpu megahertz)
  set(${result} "${cpu}" PARENT_SCOPE)
endfunction()

#[[
  approx_target_board(<executable> <board>)

  Adds to an executable what a board needs: startup, semihosting (semihosting.h), a counter of
  instructions (board.h), the linker script. The board "host" has the same interfaces on a PC.
]]
function(approx_target_board executable board)
  set(sources "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../runtime/board")
  target_include_directories(${executable} PRIVATE "${sources}")
  if(board STREQUAL "host")
    target_sources(${executable} PRIVATE "${sources}/host.c")
    return()
  endif()
  _approx_board_facts("${board}" cpu megahertz)
  target_sources(${executable} PRIVATE "${sources}/startup.c" "${sources}/semihosting.c")
  target_compile_definitions(${executable} PRIVATE BOARD_SYSTICK_MHZ=${megahertz}u)
  target_link_options(${executable} PRIVATE -nostartfiles -Wl,--gc-sections
                      "-L${sources}" "-T${board}.ld")
  set_target_properties(${executable} PROPERTIES
    SUFFIX .elf LINK_DEPENDS "${sources}/${board}.ld;${sources}/sections.ld")
endfunction()
