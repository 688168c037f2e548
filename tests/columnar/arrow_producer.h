// A producer of the Arrow C interfaces that tests can make say anything.
//
// Owns: arrays and schemas from descriptions, streams over them, and a count of the structs that
// nobody has released yet. Buffers lie at odd addresses in blocks of exactly their size, so that a
// sanitizer sees a byte read too much. Does not own: sense; faults are what it is for.
#ifndef ASHLAR_TESTS_COLUMNAR_ARROW_PRODUCER_H_
#define ASHLAR_TESTS_COLUMNAR_ARROW_PRODUCER_H_

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/arrow.h"

namespace ashlar::columnar {

using Buffer = std::optional<std::string>;  // nothing: a null pointer

template <typename T>
Buffer Bytes(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

// One node: what its schema says and what its array holds.
struct Foreign {
  std::string format;
  int64_t length = 0;
  std::vector<Buffer> buffers = {};  // validity first
  std::string name = "x";
  int64_t flags = ARROW_FLAG_NULLABLE;
  int64_t offset = 0;
  int64_t null_count = -1;
  std::vector<Foreign> children = {};
  std::vector<Foreign> dictionary = {};  // none or one
};

// Structs that are not released yet.
[[nodiscard]] int LiveStructs();

void ProduceSchema(const Foreign& node, ArrowSchema* out);
void ProduceArray(const Foreign& node, ArrowArray* out);

// A struct "+s" around columns of equal length.
[[nodiscard]] Foreign BatchOf(std::vector<Foreign> columns);

struct ForeignStreamOptions {
  int schema_error = 0;
  int next_error = 0;  // after the batches, instead of the end
  std::string error_text = "the disk is on fire";
};
// Delivers the batches; the first one gives the schema.
[[nodiscard]] ArrowArrayStream ProduceStream(std::vector<Foreign> batches,
                                             const ForeignStreamOptions& options = {});

// All batches of a stream of one batch with one column of rows as described, that column.
[[nodiscard]] absl::StatusOr<Column> ImportOne(const Foreign& column);

}  // namespace ashlar::columnar

#endif  // ASHLAR_TESTS_COLUMNAR_ARROW_PRODUCER_H_
