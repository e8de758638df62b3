// Attention of one new token over a cache, in one launch: rotate q and k, put k and v into the cache, attend, combine.
//
// Legend: D head size, a power of two from 16 to 256; G query heads that share a key head; L tokens in the cache before
// this one, read from device memory, so one captured launch serves every length.
//
// A block takes one key head and a stretch of tokens (blockIdx.y); D/8 neighbouring lanes hold a token, 16 bytes each, and
// keep a running softmax in fp32. Stretches are as many as the length needs: the others return at once. The block that
// finishes last for its head puts the parts together. q·cos, rotate(q)·sin and their sum are rounded one by one, as the
// plain forward does.
#define BITS 4
#define KIND 0
#include "decode.cuh"
#include "overlap.cuh"

#define THREADS 128
#define LANES (D / 8)
#define TEAMS (THREADS / LANES)
#define AHEAD 4
// Tokens a block should have at least.
#define LEAST 64

__device__ __forceinline__ float rounded(float value) { return to_float(from_float(value)); }

__device__ __forceinline__ float rotated(const T* from, const T* cosine, const T* sine, int d) {
    const float own = to_float(from[d]);
    if (!cosine) return own;
    const float other = d < D / 2 ? -to_float(from[d + D / 2]) : to_float(from[d - D / 2]);
    return rounded(rounded(own * to_float(cosine[d])) + rounded(other * to_float(sine[d])));
}

extern "C" __global__ void __launch_bounds__(THREADS) attention(
    const T* q, const T* k, const T* v, const T* cosine, const T* sine, T* keys, T* values, T* out, float* parts,
    int* counters, const int* length, int capacity, int splits, int q_stride, int k_stride, int v_stride, float scaling) {
    __shared__ float query[G][D];
    __shared__ float team_sum[TEAMS][G][D];
    __shared__ float team_max[TEAMS][G], team_weight[TEAMS][G];
    __shared__ bool last;
    const int head = blockIdx.x, split = blockIdx.y, team = threadIdx.x / LANES, lane = threadIdx.x % LANES;
    let_the_next_begin();
    const int before = *length, total = before + 1;
    const int stretch = max((total + splits - 1) / splits, LEAST), used = (total + stretch - 1) / stretch;
    if (split >= used) return;
    const int first = split * stretch, end = min(first + stretch, total);
    T* head_keys = keys + (long long)head * capacity * D;
    T* head_values = values + (long long)head * capacity * D;
    for (int i = threadIdx.x; i < G * D; i += THREADS)
        query[i / D][i % D] = rotated(q + (head * G + i / D) * q_stride, cosine, sine, i % D) * scaling * 1.44269504f;
    if (split == used - 1)
        for (int d = threadIdx.x; d < D; d += THREADS) {
            head_keys[(long long)before * D + d] = from_float(rotated(k + head * k_stride, cosine, sine, d));
            head_values[(long long)before * D + d] = v[head * v_stride + d];
        }
    __syncthreads();

    float own[G][8], sum[G][8], most[G], weight[G];
#pragma unroll
    for (int g = 0; g < G; g++) {
        most[g] = -1e30f, weight[g] = 0.0f;
#pragma unroll
        for (int e = 0; e < 8; e++) own[g][e] = query[g][lane * 8 + e], sum[g][e] = 0.0f;
    }
    // All lanes of a warp stay in the loop together, for the shuffles.
    for (int base = first; base < end; base += TEAMS * AHEAD) {
        uint4 key[AHEAD], value[AHEAD];
#pragma unroll
        for (int a = 0; a < AHEAD; a++) {
            const long long token = min(base + a * TEAMS + team, end - 1);
            key[a] = *reinterpret_cast<const uint4*>(head_keys + token * D + lane * 8);
            value[a] = *reinterpret_cast<const uint4*>(head_values + token * D + lane * 8);
        }
#pragma unroll
        for (int g = 0; g < G; g++) {
            float score[AHEAD], highest = most[g];
#pragma unroll
            for (int a = 0; a < AHEAD; a++) {
                float dot = 0.0f;
#pragma unroll
                for (int e = 0; e < 8; e++) dot += own[g][e] * to_float(reinterpret_cast<const T*>(&key[a])[e]);
#pragma unroll
                for (int i = LANES / 2; i > 0; i >>= 1) dot += __shfl_xor_sync(0xFFFFFFFFu, dot, i);
                score[a] = base + a * TEAMS + team < end ? dot : -1e30f;
                highest = fmaxf(highest, score[a]);
            }
            const float shrink = exp2f(most[g] - highest);
            most[g] = highest;
            weight[g] *= shrink;
#pragma unroll
            for (int e = 0; e < 8; e++) sum[g][e] *= shrink;
#pragma unroll
            for (int a = 0; a < AHEAD; a++) {
                const float p = base + a * TEAMS + team < end ? exp2f(score[a] - highest) : 0.0f;
                weight[g] += p;
#pragma unroll
                for (int e = 0; e < 8; e++) sum[g][e] += p * to_float(reinterpret_cast<const T*>(&value[a])[e]);
            }
        }
    }
#pragma unroll
    for (int g = 0; g < G; g++) {
        if (lane == 0) team_max[team][g] = most[g], team_weight[team][g] = weight[g];
#pragma unroll
        for (int e = 0; e < 8; e++) team_sum[team][g][lane * 8 + e] = sum[g][e];
    }
    __syncthreads();
    // parts: [heads][splits][D + 2], the sum, then its maximum and weight.
    for (int i = threadIdx.x; i < G * D; i += THREADS) {
        const int g = i / D, d = i % D;
        float highest = -1e30f, total_weight = 0.0f, total_sum = 0.0f;
        for (int j = 0; j < TEAMS; j++) highest = fmaxf(highest, team_max[j][g]);
        for (int j = 0; j < TEAMS; j++) {
            const float shrink = exp2f(team_max[j][g] - highest);
            total_weight += team_weight[j][g] * shrink;
            total_sum += team_sum[j][g][d] * shrink;
        }
        if (used == 1) {
            out[(head * G + g) * D + d] = from_float(total_sum / total_weight);
        } else {
            float* part = parts + ((long long)(head * G + g) * splits + split) * (D + 2);
            part[d] = total_sum;
            if (d == 0) part[D] = highest, part[D + 1] = total_weight;
        }
    }
    if (used == 1) return;
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) {
        last = atomicAdd(counters + head, 1) == used - 1;
        if (last) counters[head] = 0;
    }
    __syncthreads();
    if (!last) return;
    __threadfence();
    for (int i = threadIdx.x; i < G * D; i += THREADS) {
        const int g = i / D, d = i % D;
        const float* part = parts + (long long)(head * G + g) * splits * (D + 2);
        float highest = -1e30f, total_weight = 0.0f, total_sum = 0.0f;
        for (int j = 0; j < used; j++) highest = fmaxf(highest, __ldcg(part + j * (D + 2) + D));
        for (int j = 0; j < used; j++) {
            const float shrink = exp2f(__ldcg(part + j * (D + 2) + D) - highest);
            total_weight += __ldcg(part + j * (D + 2) + D + 1) * shrink;
            total_sum += __ldcg(part + j * (D + 2) + d) * shrink;
        }
        out[(head * G + g) * D + d] = from_float(total_sum / total_weight);
    }
}
