// What the segment tests share: random columns of every type, and segments written and opened.
#ifndef ASHLAR_TESTS_SEGMENT_SEGMENT_TESTING_H_
#define ASHLAR_TESTS_SEGMENT_SEGMENT_TESTING_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "src/base/random.h"
#include "src/io/memory_file_system.h"
#include "src/segment/segment_file.h"
#include "src/segment/segment_reader.h"
#include "src/segment/segment_writer.h"

namespace ashlar::segment {

enum class Values : uint8_t { kMixed, kFewDistinct, kOneValue, kAllNull, kNoNulls };

[[nodiscard]] Column RandomColumn(const DataType& type, int64_t rows, Values values,
                                  base::Random& random);
// A column a type that there is, nested ones too.
[[nodiscard]] Schema AllTypesSchema();
// A few columns of a few rows, the same at every run.
[[nodiscard]] Schema SmallSchema();
[[nodiscard]] std::vector<Column> SmallColumns();

// A memory file system with the directory of segments.
[[nodiscard]] std::unique_ptr<io::MemoryFileSystem> MakeFiles();

[[nodiscard]] absl::StatusOr<WrittenSegment> WriteSegment(io::FileSystem& files,
                                                          const Schema& schema,
                                                          const std::vector<Column>& columns,
                                                          uint64_t id,
                                                          Storage storage = Storage::kFast);
// The small segment as file 1.
[[nodiscard]] WrittenSegment WriteSmall(io::FileSystem& files);
// Columns that take every form of buffer when storage is compact, the same at every run.
[[nodiscard]] Schema CompactSchema();
[[nodiscard]] std::vector<Column> CompactColumns();

// For segments that refer to nothing.
[[nodiscard]] FileProvider NoProvider();

// Rewrites the page checksums and the record checksums of a segment whose bytes were changed, as
// an attacker would; gives the identity that a manifest would promise. False when the footer does
// not lead to the tables.
[[nodiscard]] bool FixChecksums(std::string* bytes, FileIdentity* identity);

}  // namespace ashlar::segment

#endif  // ASHLAR_TESTS_SEGMENT_SEGMENT_TESTING_H_
