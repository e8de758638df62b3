// Programmatic dependent launch, on Hopper and later: a kernel asks for what it needs before the one before it has ended.
#pragma once

// The next kernel may begin, and the one before has to end: what it made, or still reads, may be touched from here on.
__device__ __forceinline__ void let_the_next_begin() {
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.launch_dependents;");
    asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}
