// y[M, N] = x[M, K] · deq(W)[N, K]ᵀ (+ bias), M = 1..8, straight from the packed codes.
//
// Legend: M rows of x, N rows of W (out), K columns (in); g = lane / 4, t = lane % 4, the names of the mma fragments.
//
// The tensor cores multiply: exact products of small integers, fp32 sums, and no per-weight FMA. One mma takes 16 rows of
// W by 16 of K. Lane (g, t) loads 16 bytes (CHUNK codes) of rows g and g+8, so the four lanes of a row load 64 bytes
// side by side. The B operand has 8 columns but a decode step needs one; the spare ones keep the four lanes' chunks
// apart: column n = 4·m + c holds x of row m only for chunk c, zeros elsewhere. Each chunk's sum so ends in a column of
// its own and takes its own group's scale in fp32. Two rows of x fit; more go over blockIdx.y and find W in L2.
//
// A block owns 16 rows and its warps take turns along K; their sums meet in shared memory. Weights are asked for before
// the activations are staged, so the first latency is paid once.
#include "decode.cuh"

#define MAX_WARPS 16
#define STEP (4 * CHUNK)
#define UNITS (CHUNK / UNIT)
#define PAIRS (UNIT / 2)
// A scale may change inside a chunk only when groups of 32 meet chunks of 64.
#if SMALL_GROUPS
#define FLUSH_UNITS 1
#else
#define FLUSH_UNITS UNITS
#endif
#define FLUSHES (UNITS / FLUSH_UNITS)
#define FLUSH_SPAN (FLUSH_UNITS * UNIT)

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

struct Chunk {          // one lane's codes of rows g and g+8
    uint4 low[2];
#if BITS == 3
    uint2 high[2];
#endif
};

// Scales and zero points of the sums a lane ends up with: rows g and g+8, two neighbouring chunks. Kept as loaded, so
// that asking early does not wait early.
struct Side {
    u16 scale[FLUSHES][2][2];
#if KIND == KIND_ZEROS
    u8 zero[FLUSHES][2][2];
#if BITS == 3
    u8 zero_next[FLUSHES][2][2];
#endif
#endif
};

__device__ __forceinline__ Side load_side(
    const __half* const (&scales)[2], const u8* const (&zeros)[2], bool wanted, int step, int own_chunk, int K,
    int group_shift, int zero_row) {
    Side side;
#pragma unroll
    for (int f = 0; f < FLUSHES; f++)
#pragma unroll
        for (int j = 0; j < 2; j++) {
            const int k = step * STEP + (own_chunk + j) * CHUNK + f * FLUSH_SPAN, group = k >> group_shift;
            const bool inside = wanted && k < K;
#pragma unroll
            for (int r = 0; r < 2; r++) {
                side.scale[f][j][r] = inside ? __ldg(reinterpret_cast<const u16*>(scales[r]) + group) : u16(0);
#if KIND == KIND_ZEROS
                const int byte = (group * BITS) >> 3;
                side.zero[f][j][r] = inside ? __ldg(zeros[r] + byte) : u8(0);
#if BITS == 3
                side.zero_next[f][j][r] = inside && byte + 1 < zero_row ? __ldg(zeros[r] + byte + 1) : u8(0);
#endif
#endif
            }
        }
    return side;
}

// OFFSET plus the zero point of one group.
__device__ __forceinline__ float offset_of(const Side& side, int f, int j, int r, int group, int fixed_zero) {
#if KIND == KIND_ZEROS
    u32 word = side.zero[f][j][r];
#if BITS == 3
    word |= u32(side.zero_next[f][j][r]) << 8;
#endif
    return OFFSET + float((word >> ((group * BITS) & 7)) & ((1u << BITS) - 1u));
#else
    return OFFSET + fixed_zero;
#endif
}

__device__ __forceinline__ Chunk load_chunk(const u8* row0, const u8* row1, int step, int t, int plane0, int plane1) {
    Chunk c;
    int at = (step * 4 + t) * 16;
    bool inside = at < plane0;
    uint4 none = make_uint4(0, 0, 0, 0);
    c.low[0] = inside ? load_codes(row0 + at) : none;
    c.low[1] = inside ? load_codes(row1 + at) : none;
#if BITS == 3
    int half = at / 2;
    bool within = half < plane1;
    c.high[0] = within ? *reinterpret_cast<const uint2*>(row0 + plane0 + half) : make_uint2(0, 0);
    c.high[1] = within ? *reinterpret_cast<const uint2*>(row1 + plane0 + half) : make_uint2(0, 0);
#endif
    return c;
}

// x rows m0, m0+1 into shared memory in pair order, zeros beyond K, and the sum of every FLUSH_SPAN.
__device__ __forceinline__ void stage_activations(
    const T* x, long long stride_x, int rows, int K, int padded, T* staged, float* sums) {
    int spans = padded / FLUSH_SPAN;
    for (int index = threadIdx.x; index < rows * (padded / UNIT); index += blockDim.x) {
        int m = index / (padded / UNIT), unit = index % (padded / UNIT);
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
        float sum = 0.0f;
#pragma unroll
        for (int i = 0; i < UNIT; i++) sum += to_float(values[i]);
        __align__(16) T ordered[UNIT];
#pragma unroll
        for (int p = 0; p < PAIRS; p++) {
            ordered[2 * p] = values[pair_first(p)];
            ordered[2 * p + 1] = values[pair_first(p) + PAIR_DISTANCE];
        }
        uint4* to = reinterpret_cast<uint4*>(staged + (long long)m * padded + unit * UNIT);
#pragma unroll
        for (int v = 0; v < UNIT / 8; v++) to[v] = reinterpret_cast<uint4*>(ordered)[v];
        if (FLUSH_UNITS == 1) sums[m * spans + unit] = sum;
        else atomicAdd(&sums[m * spans + unit / FLUSH_UNITS], sum);
    }
}

extern "C" __global__ void __launch_bounds__(MAX_WARPS * 32) gemv(
    const T* __restrict__ x, long long stride_x, const u8* __restrict__ codes, const __half* __restrict__ scales,
    const u8* __restrict__ zeros, const float* __restrict__ levels, const T* __restrict__ bias, T* __restrict__ y,
    long long stride_y, int M, int N, int K, int row_bytes, int plane0, int plane1, int groups, int group_shift,
    int zero_row, int fixed_zero) {
    extern __shared__ __align__(16) unsigned char shared[];
    __shared__ float partial[MAX_WARPS][2][16];
    const int lane = threadIdx.x & 31, warp = threadIdx.x >> 5, warps = blockDim.x >> 5, g = lane >> 2, t = lane & 3;
    const int m0 = blockIdx.y * 2, rows = min(2, M - m0);
    const int steps = (K + STEP - 1) / STEP, padded = steps * STEP, spans = padded / FLUSH_SPAN;
    T* staged = reinterpret_cast<T*>(shared);
    float* sums = reinterpret_cast<float*>(staged + rows * padded);
#if KIND == KIND_LEVELS
    u32* table = reinterpret_cast<u32*>(sums + rows * spans);
    for (int i = threadIdx.x; i < (1 << BITS) * 32; i += blockDim.x) {
        T level = from_float(levels[i >> 5]);
        table[i] = *reinterpret_cast<u16*>(&level);
    }
#endif
    const int n0 = blockIdx.x * 16 + g, n1 = n0 + 8;
    const u8* row0 = codes + (long long)min(n0, N - 1) * row_bytes;
    const u8* row1 = codes + (long long)min(n1, N - 1) * row_bytes;

    const int own_m = t >> 1, own_chunk = 2 * (t & 1);             // the columns 2t, 2t+1 this lane's sums are of
    const bool collects = own_m < rows;
    const __half* const side_scales[2] = {
        scales + (long long)min(n0, N - 1) * groups, scales + (long long)min(n1, N - 1) * groups};
    const u8* const side_zeros[2] = {
        zeros + (long long)min(n0, N - 1) * zero_row, zeros + (long long)min(n1, N - 1) * zero_row};

    Chunk ahead[DEPTH];
    Side side_ahead[DEPTH];
#pragma unroll
    for (int d = 0; d < DEPTH; d++) {
        ahead[d] = load_chunk(row0, row1, warp + d * warps, t, plane0, plane1);
        side_ahead[d] = load_side(
            side_scales, side_zeros, collects, warp + d * warps, own_chunk, K, group_shift, zero_row);
    }

    if (FLUSH_UNITS > 1) {
        for (int i = threadIdx.x; i < rows * spans; i += blockDim.x) sums[i] = 0.0f;
        __syncthreads();
    }
    stage_activations(x + m0 * stride_x, stride_x, rows, K, padded, staged, sums);
    __syncthreads();

    const int column_m = g >> 2, column_chunk = g & 3;             // what column n = g of B means
    const bool feeds = column_chunk == t && column_m < rows;
    float out0 = 0.0f, out1 = 0.0f;

    for (int first = warp; first < steps; first += DEPTH * warps) {
#pragma unroll
        for (int d = 0; d < DEPTH; d++) {
            const int step = first + d * warps;
            if (step >= steps) break;
            const Chunk chunk = ahead[d];
            const Side side = side_ahead[d];
            ahead[d] = load_chunk(row0, row1, step + DEPTH * warps, t, plane0, plane1);
            side_ahead[d] = load_side(
                side_scales, side_zeros, collects, step + DEPTH * warps, own_chunk, K, group_shift, zero_row);
            const u32* words0 = reinterpret_cast<const u32*>(&chunk.low[0]);
            const u32* words1 = reinterpret_cast<const u32*>(&chunk.low[1]);
#pragma unroll
            for (int f = 0; f < FLUSHES; f++) {
                float c[4] = {0.0f, 0.0f, 0.0f, 0.0f};
#pragma unroll
                for (int s = 0; s < FLUSH_UNITS; s++) {
                    const int unit = f * FLUSH_UNITS + s;
                    const u32 *w0 = words0 + unit * (UNIT * (BITS == 3 ? 2 : BITS) / 32),
                              *w1 = words1 + unit * (UNIT * (BITS == 3 ? 2 : BITS) / 32);
#if BITS == 3
                    const u32 *h0 = reinterpret_cast<const u32*>(&chunk.high[0]) + unit,
                              *h1 = reinterpret_cast<const u32*>(&chunk.high[1]) + unit;
#else
                    const u32 *h0 = nullptr, *h1 = nullptr;
#endif
                    u32 a0[16], a1[16], b[PAIRS];
#if KIND == KIND_LEVELS
                    decode_levels(w0, h0, a0, table, lane);
                    decode_levels(w1, h1, a1, table, lane);
#else
                    decode_unit(w0, h0, a0);
                    decode_unit(w1, h1, a1);
#endif
                    const uint4* from = reinterpret_cast<const uint4*>(
                        staged + column_m * padded + step * STEP + t * CHUNK + unit * UNIT);
#pragma unroll
                    for (int v = 0; v < PAIRS / 4; v++)
                        reinterpret_cast<uint4*>(b)[v] = feeds ? from[v] : make_uint4(0, 0, 0, 0);
#pragma unroll
                    for (int p = 0; p < PAIRS; p += 2) mma(c, a0[p], a1[p], a0[p + 1], a1[p + 1], b[p], b[p + 1]);
#if BITS == 8 && USE_BF16 && KIND != KIND_LEVELS
#pragma unroll
                    for (int p = 0; p < PAIRS; p += 2)
                        mma(c, a0[8 + p], a1[8 + p], a0[9 + p], a1[9 + p], b[p], b[p + 1]);
#endif
                }
#pragma unroll
                for (int j = 0; j < 2; j++) {
                    const int k = step * STEP + (own_chunk + j) * CHUNK + f * FLUSH_SPAN, group = k >> group_shift;
                    float part0 = c[j], part1 = c[2 + j];
#if KIND != KIND_LEVELS
                    const float sum = collects ? sums[own_m * spans + k / FLUSH_SPAN] : 0.0f;
                    part0 -= offset_of(side, f, j, 0, group, fixed_zero) * sum;
                    part1 -= offset_of(side, f, j, 1, group, fixed_zero) * sum;
#endif
                    out0 += __half2float(__ushort_as_half(side.scale[f][j][0])) * part0;
                    out1 += __half2float(__ushort_as_half(side.scale[f][j][1])) * part1;
                }
            }
        }
    }
    out0 += __shfl_xor_sync(0xFFFFFFFFu, out0, 1);
    out1 += __shfl_xor_sync(0xFFFFFFFFu, out1, 1);
    if ((t & 1) == 0) {
        partial[warp][own_m][g] = out0;
        partial[warp][own_m][g + 8] = out1;
    }
    __syncthreads();
    const int m = threadIdx.x >> 4, r = threadIdx.x & 15, n = blockIdx.x * 16 + r;
    if (m < rows && n < N) {
        float sum = bias ? to_float(bias[n]) : 0.0f;
        for (int w = 0; w < warps; w++) sum += partial[w][m][r];
        y[(m0 + m) * stride_y + n] = from_float(sum);
    }
}
