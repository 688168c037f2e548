// The workloads of the keyed benchmarks, each over every engine in turn.
//
// Owns: what is measured, and the settings. Does not own: engines (keyed_engine.h), medians and the
// tables (keyed_rounds.h). Stores lie in a scratch directory; those that reads share are loaded
// once.
#ifndef ASHLAR_BENCH_KEYED_WORKLOADS_H_
#define ASHLAR_BENCH_KEYED_WORKLOADS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/bench_store.h"
#include "bench/figures.h"
#include "bench/keyed_engine.h"

namespace ashlar::bench {

struct KeyedSetup {
  std::vector<KeyedEngine> engines;
  uint64_t rows = 0;   // of loads, and of the stores that are read
  size_t rounds = 0;   // of short turns; loads take a third of them
  double seconds = 0;  // of a turn of commits
  const ScratchDirectory* directory = nullptr;

  [[nodiscard]] size_t load_rounds() const { return rounds < 3 ? 1 : rounds / 3; }
  // Where the engine's store of `rows` rows is that reads share.
  [[nodiscard]] std::string LoadedPath(const KeyedEngine& engine) const {
    return directory->Path("loaded_" + engine.name);
  }
};

using AllFigures = std::vector<Figures>;

// Durable commits of one row of 128 bytes on 1, 8 and 64 threads, beside a loop of nothing but a
// write of 512 bytes and a sync.
void MeasureCommits(const KeyedSetup& setup, AllFigures* figures);
// Rows in random order, 1,000 a commit, unsynced.
void MeasureBatches(const KeyedSetup& setup, AllFigures* figures);
// Rows in the order of their keys, by each engine's shortest way, until all is durable.
void MeasureIngest(const KeyedSetup& setup, AllFigures* figures);
// Sorted rows in one transaction, beside RocksDB's batches of 1,000 and a raw direct write.
void MeasureBulk(const KeyedSetup& setup, AllFigures* figures);
// Gets of one word that hit, that miss, by 64 keys, and of whole rows; everything is cached.
void MeasureGets(const KeyedSetup& setup, AllFigures* figures);
// 1,000 rows from a random one on.
void MeasureRanges(const KeyedSetup& setup, AllFigures* figures);
// Opening and a first get, after the last writer was killed, and after it settled and closed.
void MeasureReopen(const KeyedSetup& setup, AllFigures* figures);

// The other end of MeasureReopen(), in a process of its own: writes, and dies or closes.
void WriteAndEnd(const KeyedEngine& engine, const std::string& path, bool killed);

// Loads the stores at LoadedPath() that are not there yet, and closes them.
void EnsureLoaded(const KeyedSetup& setup);

}  // namespace ashlar::bench

#endif  // ASHLAR_BENCH_KEYED_WORKLOADS_H_
