// The number format a kernel is compiled for, half or bfloat16, and its conversions.
#pragma once
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#if USE_BF16
typedef __nv_bfloat16 T;
typedef __nv_bfloat162 T2;
__device__ __forceinline__ float to_float(T v) { return __bfloat162float(v); }
__device__ __forceinline__ T from_float(float v) { return __float2bfloat16(v); }
#else
typedef __half T;
typedef __half2 T2;
__device__ __forceinline__ float to_float(T v) { return __half2float(v); }
__device__ __forceinline__ T from_float(float v) { return __float2half(v); }
#endif
