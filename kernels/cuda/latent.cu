// Trained codes: the rounded matrix of a latent one, and the way back, each element read and written once.
//
//   s = half(s0·exp(δ)),  u = v·s0 / s,  q = round(clamp(u, lo, lo + span)),  W' = s·q
//
// Backward, from G = dL/dW': dv = G·s0 inside the grid and 0 outside; dδ = sum over the group of G·s·(q − u) inside and
// G·s·q outside (straight-through rounding, LSQ's scale). A warp owns one group of one row.
#include "format.cuh"

struct Place {
    long long first;  // element of the group's first latent weight
    long long group;  // element of the group's scale
    int size;         // weights in this group, 0 for a warp without one
};

__device__ __forceinline__ Place my_group(int rows, int columns, int groups, int group_size) {
    const long long warp = (long long)blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32;
    if (warp >= (long long)rows * groups) return {0, 0, 0};
    const long long row = warp / groups;
    const int begin = int(warp - row * groups) * group_size;
    return {row * columns + begin, warp, min(group_size, columns - begin)};
}

#if !BACKWARD
extern "C" __global__ void __launch_bounds__(256) latent(
    const float* __restrict__ weight, const float* __restrict__ delta, const float* __restrict__ scales,
    const float* __restrict__ lowest, T* __restrict__ out, int rows, int columns, int groups, int group_size, int span) {
    const Place place = my_group(rows, columns, groups, group_size);
    if (place.size == 0) return;
    const float start = scales[place.group], low = lowest[place.group];
    const float s = __half2float(__float2half_rn(start * expf(delta[place.group]))), safe = s == 0.f ? 1.f : s;
    for (int k = threadIdx.x % 32; k < place.size; k += 32) {
        const float u = weight[place.first + k] * start / safe;
        out[place.first + k] = from_float(rintf(fminf(fmaxf(u, low), low + span)) * s);
    }
}

#else
extern "C" __global__ void __launch_bounds__(256) latent(
    const T* __restrict__ grad, const float* __restrict__ weight, const float* __restrict__ delta,
    const float* __restrict__ scales, const float* __restrict__ lowest, float* __restrict__ grad_latent,
    float* __restrict__ grad_delta, int rows, int columns, int groups, int group_size, int span) {
    const Place place = my_group(rows, columns, groups, group_size);
    if (place.size == 0) return;
    const float start = scales[place.group], low = lowest[place.group], high = low + span;
    const float s = __half2float(__float2half_rn(start * expf(delta[place.group]))), safe = s == 0.f ? 1.f : s;
    float sum = 0.f;
    for (int k = threadIdx.x % 32; k < place.size; k += 32) {
        const float g = to_float(grad[place.first + k]), u = weight[place.first + k] * start / safe;
        const float q = rintf(fminf(fmaxf(u, low), high));
        const bool inside = u >= low && u <= high;
        grad_latent[place.first + k] = inside ? g * start : 0.f;
        sum += g * s * (inside ? q - u : q);
    }
#pragma unroll
    for (int step = 16; step > 0; step /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, step);
    if (threadIdx.x % 32 == 0) grad_delta[place.group] = sum;
}
#endif
