// KL(teacher || student) of rows of logits and its gradient, without a probability ever being stored.
//
// A block owns a row: one pass finds the two log-sums (running maximum and sum), a second adds up
// sum p_t·(log p_t − log p_s) and writes p_s − p_t, the gradient by the student's logits. The row stays in the cache
// between the passes. All arithmetic is fp32.
#include "format.cuh"

#define THREADS 512
#define WARPS (THREADS / 32)
#define LEAST -3.4e38f

struct LogSum {
    float maximum, sum;
};

__device__ __forceinline__ void take(LogSum& a, float v) {
    if (v <= a.maximum) {
        a.sum += expf(v - a.maximum);
    } else {
        a.sum = a.sum * expf(a.maximum - v) + 1.f;
        a.maximum = v;
    }
}

__device__ __forceinline__ LogSum merge(LogSum a, LogSum b) {
    const float m = fmaxf(a.maximum, b.maximum);
    if (m == LEAST) return {m, 0.f};
    return {m, a.sum * expf(a.maximum - m) + b.sum * expf(b.maximum - m)};
}

__device__ float log_sum(LogSum mine) {
    __shared__ LogSum parts[WARPS];
#pragma unroll
    for (int step = 16; step > 0; step /= 2) {
        LogSum other = {__shfl_xor_sync(0xffffffffu, mine.maximum, step), __shfl_xor_sync(0xffffffffu, mine.sum, step)};
        mine = merge(mine, other);
    }
    __syncthreads();  // the last call's readers are done
    if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = mine;
    __syncthreads();
    LogSum all = parts[0];
    for (int i = 1; i < WARPS; i++) all = merge(all, parts[i]);
    return all.maximum + logf(all.sum);
}

extern "C" __global__ void __launch_bounds__(THREADS) divergence(
    const T* __restrict__ student, const T* __restrict__ teacher, T* __restrict__ grad, float* __restrict__ loss,
    int vocabulary) {
    const T* mine = student + (long long)blockIdx.x * vocabulary;
    const T* theirs = teacher + (long long)blockIdx.x * vocabulary;
    T* out = grad + (long long)blockIdx.x * vocabulary;
    LogSum s = {LEAST, 0.f}, t = {LEAST, 0.f};
    for (int i = threadIdx.x; i < vocabulary; i += THREADS) {
        take(s, to_float(mine[i]));
        take(t, to_float(theirs[i]));
    }
    const float student_sum = log_sum(s), teacher_sum = log_sum(t);
    float total = 0.f;
    for (int i = threadIdx.x; i < vocabulary; i += THREADS) {
        const float log_s = to_float(mine[i]) - student_sum, log_t = to_float(theirs[i]) - teacher_sum;
        const float p_t = expf(log_t);
        if (p_t > 0.f) total += p_t * (log_t - log_s);
        out[i] = from_float(expf(log_s) - p_t);
    }
    __shared__ float sums[WARPS];
#pragma unroll
    for (int step = 16; step > 0; step /= 2) total += __shfl_xor_sync(0xffffffffu, total, step);
    if (threadIdx.x % 32 == 0) sums[threadIdx.x / 32] = total;
    __syncthreads();
    if (threadIdx.x == 0) {
        for (int i = 1; i < WARPS; i++) total += sums[i];
        loss[blockIdx.x] = total;
    }
}
