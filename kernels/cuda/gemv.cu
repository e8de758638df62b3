// y[M, N] = x[M, K] · deq(W)[N, K]ᵀ (+ bias), M = 1..8, straight from the packed codes.
//
// Legend: M rows of x, N rows of W (out), K columns (in); g = lane / 4, t = lane % 4, the names of the mma fragments.
//
// The tensor cores multiply, no FMA per weight. Lane (g, t) holds a CHUNK of 64 neighbouring codes of rows g and g+8, so the
// four lanes of a row read one stretch of memory. The B operand has 8 columns but a decode step needs one; the spare ones
// keep the four lanes' chunks apart, so each chunk's sum ends in a column of its own and takes its own group's scale in
// fp32. Two ways of multiplying: multiply_float.cuh for everything, two rows of x at once (more go over blockIdx.y and find
// W in L2), and multiply_int8.cuh (INT8) for one row and integer codes of few bits.
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
#if INT8
#include "multiply_int8.cuh"
#else
#include "multiply_float.cuh"
#endif
#include "overlap.cuh"

#ifndef SEGMENTS
#define SEGMENTS 1
#endif
#ifndef LOW_RANK
#define LOW_RANK 0
#endif

// Turns whose weights a warp has asked for before it needs the first.
#ifndef AHEAD
#define AHEAD 1
#endif

#define MAX_WARPS 16

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
#else
    const u32* table = nullptr;
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
    let_the_next_begin();
    stage_activations(x + m0 * stride_x, stride_x, rows, K, padded, staged, sums);
#if LOW_RANK
    for (int i = threadIdx.x; i < rows * rank; i += blockDim.x)
        low_row[i] = low[(m0 + i / rank) * low_stride + low_first + i % rank];
#endif
    __syncthreads();

    const Product product(staged, nothing, sums, table, lane, rows, padded, groups, group_shift, fixed_zero);
    float out[TILES][2] = {};
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
        product.multiply(step, now, side, out);
    }
#else
    for (int first = warp; first < steps; first += AHEAD * warps) {
#pragma unroll
        for (int d = 0; d < AHEAD; d++) {
            const int step = first + d * warps;
            if (step < steps) {
                product.multiply(step, held[d], sides[d], out);
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
#if INT8  // the two digits of x
            out[i][r] += __shfl_xor_sync(0xFFFFFFFFu, out[i][r], 2);
#endif
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
