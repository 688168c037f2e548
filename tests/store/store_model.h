// StoreModel: what a store should hold, kept without the store.
//
// Owns: versions with their rows, tags and retention, as plain values, and reading the same out of
// a store in full. Does not own: which of several models is legal after a crash (recovery_check.h).
#ifndef ASHLAR_TESTS_STORE_STORE_MODEL_H_
#define ASHLAR_TESTS_STORE_STORE_MODEL_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "ashlar/ashlar.h"

namespace ashlar::testkit {

// The rows of every dataset of one version.
using Content = std::map<std::string, RecordBatch>;

struct StoreModel {
  std::map<uint64_t, Content> versions = {{0, {}}};
  std::map<std::string, uint64_t> tags;
  uint64_t retention = 10;
  // Of runs with small commits: when they become versions is the store's to choose, so only what
  // is newest is compared, keyed datasets by key.
  bool newest_only = false;
  // By a snapshot, once it was read out of a store: the rows, and which datasets have a key.
  Content seen;
  std::set<std::string> keyed;

  [[nodiscard]] const Content& newest() const { return versions.rbegin()->second; }
  void Commit(Content next);
  void Expire(uint64_t count);
};

// Reads every row of every version, unless told not to, and what a snapshot sees.
[[nodiscard]] absl::StatusOr<StoreModel> ReadModel(const Store& store, bool newest_only = false);

// Empty when both hold the same; else the first difference in words. Retention is not compared, nor
// is version 0, the empty store, which is never listed.
[[nodiscard]] std::string DifferenceBetween(const StoreModel& expected, const StoreModel& actual);

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_STORE_STORE_MODEL_H_
