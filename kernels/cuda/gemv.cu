// y[M, N] = x[M, K] · deq(W)[N, K]ᵀ (+ bias), M = 1..8, straight from the packed codes.
//
// Legend: M rows of x, N rows of W (out), K columns (in); g = lane / 4, t = lane % 4, the names of the mma fragments.
//
// The tensor cores multiply: exact products of small integers, fp32 sums, no FMA per weight. One mma takes 16 rows of W by
// 16 of K. Lane (g, t) holds a CHUNK of 64 neighbouring codes of rows g and g+8, so the four lanes of a row read one
// stretch of memory. The B operand has 8 columns but a decode step needs one; the spare ones keep the four lanes' chunks
// apart: column n = 4·m + c holds x of row m for chunk c only, zeros elsewhere. Each chunk's sum so ends in a column of its
// own and takes its own group's scale in fp32. Two rows of x fit; more go over blockIdx.y and find W in L2.
//
// A block owns TILES times 16 rows and its warps take turns along K; their sums meet in shared memory. Weights are asked
// for before the activations are staged, so the first latency is paid once; on Hopper and later they are asked for before
// the kernel that makes the activations has ended (programmatic dependent launch), since they do not depend on it. What
// that kernel makes (x, low) is no __restrict__ pointer: it changes while this one lives, and a load through the read-only
// path may be moved before the wait (seen: wrong numbers in a graph, where launches follow closely).
//
// SEGMENTS > 1: up to three matrices that read the same x (q, k, v; gate, up) lie one after another in y; each has a
// multiple of TILES·16 rows, so no block straddles two. LOW_RANK: y also gets up[N, R]·low, an adapter whose down product
// (low, fp32) the kernel before has made; the rows of `up` are asked for together with the weights.
#include "decode.cuh"

#ifndef SEGMENTS
#define SEGMENTS 1
#endif
#ifndef LOW_RANK
#define LOW_RANK 0
#endif

// Turns whose weights a warp has asked for before it needs the first. Two are faster only where unpacking takes longest.
#define AHEAD (BITS == 3 ? 2 : 1)

#define MAX_WARPS 16
#define CHUNK 64
#define STEP (4 * CHUNK)
// A scale changes inside a chunk only where groups are of 32.
#define FLUSHES (GROUP == 32 ? 2 : 1)
#define FLUSH_UNITS (2 / FLUSHES)
#define SPAN (CHUNK / FLUSHES)
// 16-byte loads of a chunk in the first plane.
#define LOADS (CHUNK * (BITS == 3 ? 2 : BITS) / 128)

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

__device__ __forceinline__ uint4 load_codes(const u8* pointer) {
    uint4 v;
    asm volatile("ld.global.nc.L1::no_allocate.v4.u32 {%0,%1,%2,%3}, [%4];"
        : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "l"(pointer));
    return v;
}

// One lane's codes of one row.
struct Chunk {
    uint4 low[LOADS];
#if BITS == 3
    uint2 high;
#endif
};

// Beyond the row's end the last bytes are read again: they meet zeros in x.
__device__ __forceinline__ Chunk load_chunk(const u8* row, int chunk, int plane0, int plane1) {
    Chunk c;
#pragma unroll
    for (int i = 0; i < LOADS; i++) c.low[i] = load_codes(row + min((chunk * LOADS + i) * 16, plane0 - 16));
#if BITS == 3
    c.high = *reinterpret_cast<const uint2*>(row + plane0 + min(chunk * 8, plane1 - 8));
#endif
    return c;
}

// Scales and zero points of one row for the two neighbouring chunks whose sums a lane ends up with. Kept as loaded, so that
// asking early does not wait early.
struct Side {
#if GROUP == 64
    u32 scales;                 // two halves
    u16 zeros;                  // both zero points, from their first bit on
#else
    u16 scale[2 * FLUSHES];
    u16 zero[2 * FLUSHES];
#endif
};

__device__ __forceinline__ u32 load_zero_bits(const u8* zeros, int bit, int zero_row) {
    const int byte = min(bit >> 3, zero_row - 1);
    u32 word = __ldg(zeros + byte);
    if (BITS == 3 || (BITS == 8 && GROUP == 64)) word |= u32(__ldg(zeros + min(byte + 1, zero_row - 1))) << 8;
    return word;
}

__device__ __forceinline__ Side load_side(
    const u16* scales, const u8* zeros, int chunk, int groups, int group_shift, int zero_row) {
    Side side;
#if GROUP == 64
    const int group = min(chunk, groups - 2);
    side.scales = __ldg(reinterpret_cast<const u32*>(scales + group));
#if KIND == KIND_ZEROS
    side.zeros = load_zero_bits(zeros, group * BITS, zero_row);
#endif
#else
#pragma unroll
    for (int i = 0; i < 2 * FLUSHES; i++) {
        const int group = min((chunk * CHUNK + i * SPAN) >> group_shift, groups - 1);
        side.scale[i] = __ldg(scales + group);
#if KIND == KIND_ZEROS
        side.zero[i] = load_zero_bits(zeros, group * BITS, zero_row);
#endif
    }
#endif
    return side;
}

__device__ __forceinline__ float scale_of(const Side& side, int i) {
#if GROUP == 64
    return __half2float(__ushort_as_half(u16(i ? side.scales >> 16 : side.scales)));
#else
    return __half2float(__ushort_as_half(side.scale[i]));
#endif
}

__device__ __forceinline__ float zero_of(const Side& side, int i, int chunk, int groups, int group_shift, int fixed_zero) {
#if KIND == KIND_ZEROS
    constexpr u32 mask = (1u << BITS) - 1u;
#if GROUP == 64
    const int first = (min(chunk, groups - 2) * BITS) & 7;
    return small_float(u32(side.zeros) >> (first + i * BITS), mask);
#else
    const int group = min((chunk * CHUNK + i * SPAN) >> group_shift, groups - 1);
    return small_float(u32(side.zero[i]) >> ((group * BITS) & 7), mask);
#endif
#else
    return float(fixed_zero);
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

extern "C" __global__ void __launch_bounds__(MAX_WARPS * 32) gemv(
    const T* x, long long stride_x, const u8* __restrict__ codes, const u16* __restrict__ scales,
    const u8* __restrict__ zeros, const float* __restrict__ levels, const T* __restrict__ bias, T* __restrict__ y,
    long long stride_y, int M, int N, int K, int row_bytes, int plane0, int plane1, int groups, int group_shift,
    int zero_row, int fixed_zero, int block_rows, int wide  // wide: y is fp32
#if SEGMENTS > 1
    ,
    const u8* __restrict__ codes1, const u16* __restrict__ scales1, const u8* __restrict__ zeros1,
    const T* __restrict__ bias1, int start1, const u8* __restrict__ codes2, const u16* __restrict__ scales2,
    const u8* __restrict__ zeros2, const T* __restrict__ bias2, int start2
#endif
#if LOW_RANK
    ,
    const float* low, int low_stride, const T* __restrict__ up, int rank, int low0, int low1, int low2
#endif
) {
    extern __shared__ __align__(16) unsigned char shared[];
    __shared__ float partial[MAX_WARPS][2][TILES * 16];
    __shared__ __align__(16) T nothing[UNIT];
    const int lane = threadIdx.x & 31, warp = threadIdx.x >> 5, warps = blockDim.x >> 5, g = lane >> 2, t = lane & 3;
    const int m0 = blockIdx.y * block_rows, rows = min(block_rows, M - m0);
    const int steps = (K + STEP - 1) / STEP, padded = steps * STEP, spans = padded / SPAN;
    T* staged = reinterpret_cast<T*>(shared);
    float2* sums = reinterpret_cast<float2*>(staged + rows * padded);
#if LOW_RANK
    const int shared_before_low =
        block_rows * (padded * 2 + spans * 8) + (KIND == KIND_LEVELS ? (1 << BITS) * 32 * 4 : 0);
#endif
#if KIND == KIND_LEVELS
    u32* table = reinterpret_cast<u32*>(sums + rows * spans);
    for (int i = threadIdx.x; i < (1 << BITS) * 32; i += blockDim.x) {
        T level = from_float(levels[i >> 5]);
        table[i] = *reinterpret_cast<u16*>(&level);
    }
#endif
    if (threadIdx.x < UNIT) nothing[threadIdx.x] = from_float(0.0f);
    const int first_row = blockIdx.x * TILES * 16;  // of y
    int start = 0, end = N;                         // of this block's matrix in y
#if LOW_RANK
    int low_first = low0;
#endif
#if SEGMENTS > 1
    if (first_row >= start2) {
        codes = codes2, scales = scales2, zeros = zeros2, bias = bias2, start = start2;
    } else if (first_row >= start1) {
        codes = codes1, scales = scales1, zeros = zeros1, bias = bias1, start = start1, end = start2;
    } else {
        end = start1;
    }
#if LOW_RANK
    if (first_row >= start1) low_first = first_row >= start2 ? low2 : low1;
#endif
#endif

    const int own_m = t >> 1, own_chunk = 2 * (t & 1);             // columns 2t and 2t+1: whose sums this lane gets
    const u8 *row_codes[TILES][2], *row_zeros[TILES][2];
    const u16* row_scales[TILES][2];
#pragma unroll
    for (int i = 0; i < TILES; i++)
#pragma unroll
        for (int r = 0; r < 2; r++) {
            const long long n = min(first_row + i * 16 + g + 8 * r, end - 1) - start;
            row_codes[i][r] = codes + n * row_bytes;
            row_scales[i][r] = scales + n * groups;
            row_zeros[i][r] = zeros + n * zero_row;
        }

    Chunk held[AHEAD][TILES][2];
    Side sides[AHEAD][TILES][2];
    auto fetch = [&](int step, Chunk (&chunks)[TILES][2], Side (&side)[TILES][2]) {
#pragma unroll
        for (int i = 0; i < TILES; i++)
#pragma unroll
            for (int r = 0; r < 2; r++) {
                chunks[i][r] = load_chunk(row_codes[i][r], step * 4 + t, plane0, plane1);
                side[i][r] = load_side(
                    row_scales[i][r], row_zeros[i][r], step * 4 + own_chunk, groups, group_shift, zero_row);
            }
    };
#pragma unroll
    for (int d = 0; d < AHEAD; d++)
        if (warp + d * warps < steps) fetch(warp + d * warps, held[d], sides[d]);
#if LOW_RANK
    T* up_rows = reinterpret_cast<T*>(shared + shared_before_low);
    float* low_row = reinterpret_cast<float*>(up_rows + TILES * 16 * rank);
    const int up_vectors = min(TILES * 16, N - first_row) * rank / 8;
    for (int i = threadIdx.x; i < up_vectors; i += blockDim.x)
        reinterpret_cast<uint4*>(up_rows)[i] = __ldg(reinterpret_cast<const uint4*>(up + (long long)first_row * rank) + i);
#endif
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.launch_dependents;");
    asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
    stage_activations(x + m0 * stride_x, stride_x, rows, K, padded, staged, sums);
#if LOW_RANK
    for (int i = threadIdx.x; i < rows * rank; i += blockDim.x)
        low_row[i] = low[(m0 + i / rank) * low_stride + low_first + i % rank];
#endif
    __syncthreads();

    // Column n = g of B: row g / 4 of x, fed by the lane whose chunk is g % 4; the others read zeros, always the same ones.
    const bool feeds = (g & 3) == t && (g >> 2) < rows;
    const T* x_from = feeds ? staged + (g >> 2) * padded + t * CHUNK : nothing;
    const int x_step = feeds ? STEP : 0, x_unit = feeds ? UNIT : 0;
    float out[TILES][2] = {};

    auto multiply = [&](int step, const Chunk (&now)[TILES][2], const Side (&side)[TILES][2]) {
#pragma unroll
        for (int f = 0; f < FLUSHES; f++) {
            float c[TILES][4] = {};
#pragma unroll
            for (int s = 0; s < FLUSH_UNITS; s++) {
                const int unit = f * FLUSH_UNITS + s;
                u32 b[PAIRS];
                const uint4* from = reinterpret_cast<const uint4*>(x_from + step * x_step + unit * x_unit);
#pragma unroll
                for (int v = 0; v < PAIRS / 4; v++) reinterpret_cast<uint4*>(b)[v] = from[v];
#pragma unroll
                for (int i = 0; i < TILES; i++) {
                    u32 a[2][UNIT_PAIRS];
#pragma unroll
                    for (int r = 0; r < 2; r++) {
                        const u32* words = reinterpret_cast<const u32*>(now[i][r].low) + unit * UNIT_WORDS;
#if BITS == 3
                        const u32 high = unit ? now[i][r].high.y : now[i][r].high.x;
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
                    const int chunk = step * 4 + own_chunk;
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
    };

#if AHEAD == 1
    for (int step = warp; step < steps; step += warps) {
        Chunk now[TILES][2];
        Side side[TILES][2];
#pragma unroll
        for (int i = 0; i < TILES; i++)
#pragma unroll
            for (int r = 0; r < 2; r++) {
                now[i][r] = held[0][i][r];
                side[i][r] = sides[0][i][r];
            }
        if (step + warps < steps) fetch(step + warps, held[0], sides[0]);
        multiply(step, now, side);
    }
#else
    for (int first = warp; first < steps; first += AHEAD * warps) {
#pragma unroll
        for (int d = 0; d < AHEAD; d++) {
            const int step = first + d * warps;
            if (step < steps) {
                multiply(step, held[d], sides[d]);
                if (step + AHEAD * warps < steps) fetch(step + AHEAD * warps, held[d], sides[d]);
            }
        }
    }
#endif
#pragma unroll
    for (int i = 0; i < TILES; i++)
#pragma unroll
        for (int r = 0; r < 2; r++) {
            out[i][r] += __shfl_xor_sync(0xFFFFFFFFu, out[i][r], 1);
            if ((t & 1) == 0) partial[warp][own_m][i * 16 + 8 * r + g] = out[i][r];
        }
    __syncthreads();
    for (int index = threadIdx.x; index < rows * TILES * 16; index += blockDim.x) {
        const int m = index / (TILES * 16), r = index % (TILES * 16), n = first_row + r;
        if (n < end) {
            float sum = bias ? to_float(bias[n - start]) : 0.0f;
            for (int w = 0; w < warps; w++) sum += partial[w][m][r];
#if LOW_RANK
            for (int j = 0; j < rank; j++) sum += to_float(up_rows[r * rank + j]) * low_row[m * rank + j];
#endif
            if (wide) reinterpret_cast<float*>(y)[(m0 + m) * stride_y + n] = sum;
            else y[(m0 + m) * stride_y + n] = from_float(sum);
        }
    }
}
