// ByteIds: numbers byte strings in order of first appearance.
//
// Owns: an open-addressing hash table and a copy of each distinct string, so that nothing points
// into the columns they came from. Does not own: what the strings are. Slots are 8 bytes: most
// mismatches are seen without touching a string.
#ifndef ASHLAR_SRC_QUERY_BYTE_IDS_H_
#define ASHLAR_SRC_QUERY_BYTE_IDS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "src/query/memory_meter.h"

namespace ashlar::query {

class ByteIds {
 public:
  explicit ByteIds(MemoryMeter* meter) : meter_(meter), slots_(meter), strings_(meter) {}

  [[nodiscard]] size_t size() const { return strings_.values.size(); }
  [[nodiscard]] std::string_view bytes(uint32_t id) const { return strings_.values[id]; }

  // Room for `more` new strings, apart from their bytes.
  [[nodiscard]] absl::Status Reserve(size_t more);
  // When there is no memory for the bytes, the number is a wrong one and status() tells from then
  // on: callers look once a zone, not once a row.
  uint32_t FindOrAdd(std::string_view bytes);
  [[nodiscard]] const absl::Status& status() const { return status_; }
  // A number that no string has: of null.
  uint32_t AddUnkeyed();

 private:
  struct Slot {
    uint32_t tag = 0;
    uint32_t id_plus_1 = 0;  // 0: free
  };

  [[nodiscard]] absl::Status Rehash(size_t capacity);
  // Empty and a failed status() when there is no memory.
  std::string_view Keep(std::string_view bytes);

  MemoryMeter* const meter_;
  MeteredArray<Slot> slots_;  // a power of two, at most half full
  MeteredArray<std::string_view> strings_;
  uint32_t unkeyed_ = UINT32_MAX;
  absl::Status status_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;  // the rest of the last block
  size_t free_bytes_ = 0;
  size_t next_block_ = 4096;
};

}  // namespace ashlar::query

#endif  // ASHLAR_SRC_QUERY_BYTE_IDS_H_
