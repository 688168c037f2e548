// DatasetClaims: which open transactions write to which dataset.
//
// Owns: the rule that Replace, create and drop exclude other writers of a dataset, while appends go
// side by side. Nobody waits: the second claimant gets Aborted, so that no two writers can
// deadlock. Thread-safe.
#ifndef ASHLAR_SRC_STORE_DATASET_CLAIMS_H_
#define ASHLAR_SRC_STORE_DATASET_CLAIMS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/base/mutex.h"

namespace ashlar::store {

class DatasetClaims;

// Released on destruction.
class DatasetClaim {
 public:
  DatasetClaim(std::shared_ptr<DatasetClaims> claims, std::string dataset)
      : claims_(std::move(claims)), dataset_(std::move(dataset)) {}
  DatasetClaim(const DatasetClaim&) = delete;
  DatasetClaim& operator=(const DatasetClaim&) = delete;
  ~DatasetClaim();

  // Turns a shared claim into an exclusive one; Aborted when others hold shared ones.
  [[nodiscard]] absl::Status MakeExclusive();

 private:
  friend class DatasetClaims;
  std::shared_ptr<DatasetClaims> claims_;
  std::string dataset_;
  bool exclusive_ = false;
};

class DatasetClaims : public std::enable_shared_from_this<DatasetClaims> {
 public:
  [[nodiscard]] absl::StatusOr<std::unique_ptr<DatasetClaim>> Claim(std::string_view dataset,
                                                                    bool exclusive);

 private:
  friend class DatasetClaim;
  struct Holders {
    uint64_t shared = 0;
    bool exclusive = false;
  };
  base::Mutex mutex_;
  absl::flat_hash_map<std::string, Holders> holders_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ashlar::store

#endif  // ASHLAR_SRC_STORE_DATASET_CLAIMS_H_
