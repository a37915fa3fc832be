# NUCLEO-L4R5ZI: Cortex-M4 of the STM32L4R5ZI at 120 MHz; ST-LINK/V2-1.
set(BOARD_CPU cortex-m4)
set(BOARD_TARGET stm32l4)
set(BOARD_MEGAHERTZ 120)
set(BOARD_FLASH_BUDGET 2016K)  # 2 MiB less 32 KiB for the rest of the firmware
set(BOARD_RAM_BUDGET 608K)     # 640 KiB less the stack, buffers and variables
set(BOARD_OPENOCD -f board/st_nucleo_l4.cfg)
