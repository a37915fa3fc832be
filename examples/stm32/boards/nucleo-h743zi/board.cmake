# NUCLEO-H743ZI: Cortex-M7 of the STM32H743ZI at 400 MHz; ST-LINK/V2-1, V3E on the -H743ZI2.
set(BOARD_CPU cortex-m7)
set(BOARD_TARGET stm32h7)
set(BOARD_MEGAHERTZ 400)
set(BOARD_FLASH_BUDGET 2016K)  # 2 MiB less 32 KiB for the rest of the firmware
set(BOARD_RAM_BUDGET 112K)     # 128 KiB of DTCM less the stack, buffers and variables
set(BOARD_RAM_BUDGET_AXI 512K)
set(BOARD_OPENOCD -f board/st_nucleo_h743zi.cfg)
