// Making the buckets; see the header.
#include "src/store/key_slots.h"

#include "src/base/check.h"

namespace ashlar::store {

KeySlots::KeySlots(uint64_t buckets)
    : memory_(io::ZeroedMemory::Allocate(buckets * kBucketBytes)), buckets_(buckets) {
  static_assert((kSlots + 1) * sizeof(uint64_t) == kBucketBytes);
  ASHLAR_CHECK(buckets > 0 && buckets <= UINT32_MAX);
}

}  // namespace ashlar::store
