// What this process took so far: times in seconds, and bytes written.
#ifndef ASHLAR_BENCH_PROCESS_TIMES_H_
#define ASHLAR_BENCH_PROCESS_TIMES_H_

namespace ashlar::bench {

// CPU time of all threads so far. On a shared machine it is what can be compared.
[[nodiscard]] double CpuSeconds();
[[nodiscard]] double WallSeconds();
// Bytes that the kernel counts as written to disks on behalf of this process; file system journals
// are not among them. 0 where the kernel does not tell.
[[nodiscard]] double WrittenBytes();

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_PROCESS_TIMES_H_
