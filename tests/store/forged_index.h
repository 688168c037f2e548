// Key sections of an open store that are wrong behind right checksums.
//
// Owns: making such files and putting them in the place of the good ones. Does not own: what a
// store should make of them. Why: a damaged page is one kind of damage; a stale index is another,
// and only a manifest that promises it gets past the digest of the tail.
#ifndef ASHLAR_TESTS_STORE_FORGED_INDEX_H_
#define ASHLAR_TESTS_STORE_FORGED_INDEX_H_

#include <cstdint>
#include <ostream>

#include "absl/status/status.h"
#include "src/store/store_core.h"

namespace ashlar::testkit {

enum class IndexForgery : uint8_t {
  kMissing,      // no sections at all
  kStale,        // stamped for other keys
  kEmptyFilter,  // a filter that lets nothing through
  kOtherFences,  // fences and index of other keys, rightly stamped
};
inline constexpr IndexForgery kAllForgeries[] = {IndexForgery::kMissing, IndexForgery::kStale,
                                                 IndexForgery::kEmptyFilter,
                                                 IndexForgery::kOtherFences};
[[nodiscard]] const char* NameOf(IndexForgery forgery);
void PrintTo(IndexForgery forgery, std::ostream* stream);

// All segments of keyed datasets move to forged copies, in every version.
[[nodiscard]] absl::Status ForgeIndexes(store::StoreCore& core, IndexForgery forgery);

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_STORE_FORGED_INDEX_H_
