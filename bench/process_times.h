// The times of this process, in seconds.
#ifndef ASHLAR_BENCH_PROCESS_TIMES_H_
#define ASHLAR_BENCH_PROCESS_TIMES_H_

namespace ashlar::bench {

// CPU time of all threads so far. On a shared machine it is what can be compared.
[[nodiscard]] double CpuSeconds();
[[nodiscard]] double WallSeconds();

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_PROCESS_TIMES_H_
