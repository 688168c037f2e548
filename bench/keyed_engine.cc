// Which engines there are, and what they share. See keyed_engine.h.
#include "bench/keyed_engine.h"

namespace ashlar::bench {

size_t KeyedReader::MultiGet(std::string_view keys, uint64_t* sum) {
  size_t found = 0;
  for (size_t at = 0; at < keys.size(); at += kKeyBytes) {
    found += GetNumber(keys.substr(at, kKeyBytes), sum) ? 1 : 0;
  }
  return found;
}

std::vector<KeyedEngine> AllKeyedEngines() {
  return {
    AshlarEngine(),
#if defined(ASHLAR_HAS_ROCKSDB)
        RocksDbEngine(),
#endif
#if defined(ASHLAR_HAS_LEVELDB)
        LevelDbEngine(),
#endif
#if defined(ASHLAR_HAS_LMDB)
        LmdbEngine(),
#endif
#if defined(ASHLAR_HAS_SQLITE)
        SqliteEngine(),
#endif
  };
}

}  // namespace ashlar::bench
