// DatasetClaims: which open transactions write to which dataset.
//
// Owns: the rule that Replace, create and drop exclude other writers of a dataset, while appends go
// side by side. Nobody waits: the second claimant gets Aborted, so that no two writers can
// deadlock. Thread-safe.
#ifndef ASHLAR_SRC_STORE_DATASET_CLAIMS_H_
#define ASHLAR_SRC_STORE_DATASET_CLAIMS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/base/mutex.h"

namespace ashlar::store {

class DatasetClaims;

// Released on destruction, which comes before that of the claims. Every small commit has one: it is
// two pointers and allocates nothing.
class DatasetClaim {
 public:
  DatasetClaim() = default;  // of nothing
  DatasetClaim(DatasetClaim&& other) noexcept { Swap(other); }
  DatasetClaim& operator=(DatasetClaim&& other) noexcept {
    DatasetClaim taken(std::move(other));
    Swap(taken);
    return *this;
  }
  ~DatasetClaim();

  // Turns a shared claim into an exclusive one; Aborted when others hold shared ones.
  [[nodiscard]] absl::Status MakeExclusive();

 private:
  friend class DatasetClaims;
  void Swap(DatasetClaim& other) noexcept {
    std::swap(claims_, other.claims_);
    std::swap(dataset_, other.dataset_);
    std::swap(exclusive_, other.exclusive_);
  }

  DatasetClaims* claims_ = nullptr;
  const std::string* dataset_ = nullptr;  // in the table, as long as somebody claims it
  bool exclusive_ = false;
};

class DatasetClaims {
 public:
  [[nodiscard]] absl::StatusOr<DatasetClaim> Claim(std::string_view dataset, bool exclusive);

 private:
  friend class DatasetClaim;
  struct Holders {
    uint64_t shared = 0;
    bool exclusive = false;
  };
  base::Mutex mutex_;
  absl::node_hash_map<std::string, Holders> holders_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_DATASET_CLAIMS_H_
