// PendingOps: an op log at a crash point, split into what is durable and what is in doubt.
//
// Owns: replaying the log when each operation in doubt is given a fate. Does not own: choosing the
// fates (crash_states.h).
#ifndef ASHLAR_TESTS_TESTING_PENDING_OPS_H_
#define ASHLAR_TESTS_TESTING_PENDING_OPS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/testing/op_log.h"

namespace ashlar::testkit {

// What becomes of one pending operation. All but kKept and kLost are for writes. Where a write in
// place loses bytes, what stood there before stays.
struct Fate {
  enum Kind : uint8_t {
    kKept,
    kLost,
    kHead,      // The first `cut` bytes, and the file ends there.
    kZeroTail,  // The first `cut` bytes, then zeros: the size grew, the data did not.
    kJunkTail,  // The first `cut` bytes, then whatever was on the disk.
    kTail,      // Zeros for the first `cut` bytes: a later page was written before an earlier one.
    kSectors,   // Each sector of 512 bytes by chance: kept or lost.
  };
  Kind kind = kKept;
  size_t cut = 0;
  uint64_t seed = 0;  // kJunkTail, kSectors.
};

[[nodiscard]] bool IsWriteOp(const Op& op);      // Append, write in place.
[[nodiscard]] bool IsDataOp(const Op& op);       // Write, truncate, grow.
[[nodiscard]] bool IsNamespaceOp(const Op& op);  // Create, rename, unlink, make directory.

class PendingOps {
 public:
  // `log` must outlive this.
  PendingOps(const OpLog& log, size_t point);

  // The operations in doubt, in order.
  [[nodiscard]] const std::vector<const Op*>& ops() const { return pending_; }

  // The tree when the i-th of ops() meets fates[i].
  [[nodiscard]] FileTree Build(const std::vector<Fate>& fates) const;

 private:
  struct NamespaceOp {
    const Op* op = nullptr;
    size_t pending = SIZE_MAX;  // Its place in pending_, unless durable.
  };

  const OpLog& log_;
  std::vector<const Op*> pending_;
  std::vector<NamespaceOp> namespace_ops_;
  std::map<uint64_t, std::string> durable_bytes_;  // By file number.
};

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_PENDING_OPS_H_
