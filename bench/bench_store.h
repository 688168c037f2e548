// What benchmarks share: settings, scratch directories, stores on them, and percentiles.
//
// Owns: none of the figures. Settings come from the environment, so that tools/bench and a person
// at a shell choose sizes alike: ASHLAR_BENCH_MB (megabytes of rows), ASHLAR_BENCH_EDITS, and
// ASHLAR_BENCH_DIR (where stores are made; the system's temporary directory by default).
#ifndef ASHLAR_BENCH_BENCH_STORE_H_
#define ASHLAR_BENCH_BENCH_STORE_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ashlar/ashlar.h"
#include "bench/process_times.h"
#include "bench/sync_meter.h"
#include "src/store/store_core.h"

namespace ashlar::bench {

// The number that an environment variable holds, or `fallback`.
[[nodiscard]] uint64_t Setting(const char* name, uint64_t fallback);

// A directory of its own, removed with all that is in it.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory();

  [[nodiscard]] std::string Path(std::string_view name) const;

 private:
  std::string path_;
};

// Opens, or creates, the store of a directory with its syncs metered.
[[nodiscard]] std::shared_ptr<store::StoreCore> OpenMeteredCore(const std::string& path,
                                                                std::shared_ptr<SyncCounts> counts,
                                                                const StoreOptions& options = {});
[[nodiscard]] std::unique_ptr<Store> OpenMetered(const std::string& path,
                                                 std::shared_ptr<SyncCounts> counts,
                                                 const StoreOptions& options = {});

// States the whole content of a dataset that exists.
WriteStats ReplaceAll(Store& store, std::string_view dataset, BatchReader& batches,
                      const ReplaceOptions& options = {});

// Nearest-rank percentile, 0 < rank <= 100.
[[nodiscard]] double Percentile(std::vector<double> values, double rank);

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_BENCH_STORE_H_
