// A turn of the product in half or bfloat16: codes as pairs of OFFSET + q, x as it is, fp32 sums. Every width and grid.
//
// One mma takes 16 rows of W by 16 of K. Column n = 4·m + c of B holds x of row m for chunk c only, zeros elsewhere, so two
// rows of x fit.
#pragma once
#include "weights.cuh"

__device__ __forceinline__ void mma(float (&c)[4], u32 a0, u32 a1, u32 a2, u32 a3, u32 b0, u32 b1) {
#if USE_BF16
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3]) : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
#elif __CUDA_ARCH__ >= 800
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3]) : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
#else  // Turing has the k8 shape only
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5}, {%6}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3]) : "r"(a0), "r"(a1), "r"(b0));
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5}, {%6}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3]) : "r"(a2), "r"(a3), "r"(b1));
#endif
}

// x rows into shared memory in pair order, zeros beyond K; for every SPAN the sums of x and of OFFSET·x.
__device__ __forceinline__ void stage_activations(
    const T* x, long long stride_x, int rows, int K, int padded, T* staged, float2* sums) {
    const int units = padded / UNIT;
    for (int index = threadIdx.x; index < rows * units; index += blockDim.x) {
        const int m = index / units, unit = index - m * units;
        const T* from = x + m * stride_x + unit * UNIT;
        __align__(16) T values[UNIT];
        if ((unit + 1) * UNIT <= K && (reinterpret_cast<size_t>(from) & 15) == 0) {
#pragma unroll
            for (int v = 0; v < UNIT / 8; v++)
                reinterpret_cast<uint4*>(values)[v] = reinterpret_cast<const uint4*>(from)[v];
        } else {
#pragma unroll
            for (int i = 0; i < UNIT; i++) values[i] = unit * UNIT + i < K ? from[i] : from_float(0.0f);
        }
        float sum = 0.0f, offset = 0.0f;
        __align__(16) T ordered[UNIT];
#pragma unroll
        for (int p = 0; p < PAIRS; p++) {
            const T first = values[pair_first(p)], second = values[pair_first(p) + PAIR_DISTANCE];
            const float both_values = to_float(first) + to_float(second);
            ordered[2 * p] = first;
            ordered[2 * p + 1] = second;
            sum += both_values;
            offset += pair_offset(p) * both_values;
        }
        uint4* to = reinterpret_cast<uint4*>(staged + (long long)m * padded + unit * UNIT);
#pragma unroll
        for (int v = 0; v < UNIT / 8; v++) to[v] = reinterpret_cast<uint4*>(ordered)[v];
#if FLUSHES == 1  // the two units of a chunk are neighbouring threads, and units come in even numbers
        const u32 active = __activemask();
        sum += __shfl_xor_sync(active, sum, 1);
        offset += __shfl_xor_sync(active, offset, 1);
        if ((unit & 1) == 0) sums[index >> 1] = make_float2(sum, offset);
#else
        sums[index] = make_float2(sum, offset);
#endif
    }
}

// What a lane needs besides its codes.
struct Product {
    const T* from;  // its column of B: x of the row and chunk it feeds, or zeros, always the same ones
    int step, unit;
    const float2* sums;
    const u32* table;
    int own_m, own_chunk, rows, spans, lane, groups, group_shift, fixed_zero;

    __device__ __forceinline__ Product(
        const T* staged, const T* nothing, const float2* sums, const u32* table, int lane, int rows, int padded, int groups,
        int group_shift, int fixed_zero)
        : sums(sums), table(table), own_m((lane & 3) >> 1), own_chunk(2 * (lane & 1)), rows(rows), spans(padded / SPAN),
          lane(lane), groups(groups), group_shift(group_shift), fixed_zero(fixed_zero) {
        const int g = lane >> 2, t = lane & 3;
        const bool feeds = (g & 3) == t && (g >> 2) < rows;
        from = feeds ? staged + (g >> 2) * padded + t * CHUNK : nothing;
        step = feeds ? STEP : 0, unit = feeds ? UNIT : 0;
    }

    __device__ __forceinline__ void multiply(
        int turn, const Chunk (&now)[TILES][2], const Side (&side)[TILES][2], float (&out)[TILES][2]) const {
#pragma unroll
        for (int f = 0; f < FLUSHES; f++) {
            float c[TILES][4] = {};
#pragma unroll
            for (int s = 0; s < FLUSH_UNITS; s++) {
                const int u = f * FLUSH_UNITS + s;
                u32 b[PAIRS];
                const uint4* staged = reinterpret_cast<const uint4*>(from + turn * step + u * unit);
#pragma unroll
                for (int v = 0; v < PAIRS / 4; v++) reinterpret_cast<uint4*>(b)[v] = staged[v];
#pragma unroll
                for (int i = 0; i < TILES; i++) {
                    u32 a[2][UNIT_PAIRS];
#pragma unroll
                    for (int r = 0; r < 2; r++) {
                        const u32* words = reinterpret_cast<const u32*>(now[i][r].low) + u * UNIT_WORDS;
#if BITS == 3
                        const u32 high = u ? now[i][r].high.y : now[i][r].high.x;
#else
                        const u32 high = 0;
#endif
#if KIND == KIND_LEVELS
                        decode_levels(words, high, a[r], table, lane);
#else
                        decode_unit(words, high, a[r]);
#endif
                    }
#pragma unroll
                    for (int p = 0; p < UNIT_PAIRS; p += 2)
                        mma(c[i], a[0][p], a[1][p], a[0][p + 1], a[1][p + 1], b[p % PAIRS], b[p % PAIRS + 1]);
                }
            }
            if (own_m < rows) {
#pragma unroll
                for (int j = 0; j < 2; j++) {
                    const int chunk = turn * 4 + own_chunk;
#if KIND != KIND_LEVELS
                    const float2 sum = sums[own_m * spans + (chunk + j) * FLUSHES + f];
#endif
#pragma unroll
                    for (int i = 0; i < TILES; i++)
#pragma unroll
                        for (int r = 0; r < 2; r++) {
                            float part = c[i][2 * r + j];
#if KIND != KIND_LEVELS
                            part -= sum.y;
                            part -= zero_of(side[i][r], j * FLUSHES + f, chunk, groups, group_shift, fixed_zero) * sum.x;
#endif
                            out[i][r] += scale_of(side[i][r], j * FLUSHES + f) * part;
                        }
                }
            }
        }
    }
};
