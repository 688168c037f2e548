// Fuzz target: a segment file of any bytes is opened, read, verified and dumped without a crash.
//
// The first byte chooses whether all checksums are made right before opening, which lets the fuzzer
// past them: hostile files can carry right checksums. Otherwise only the digest that a manifest
// would promise is right.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/segment/segment_dump.h"
#include "src/segment/segment_salvage.h"
#include "src/segment/segment_tail.h"
#include "src/segment/segment_verifier.h"
#include "tests/segment/segment_testing.h"

namespace ashlar::segment {
namespace {

void UnpackAll(const SegmentReader& reader, const Field& field) {
  const auto packed = reader.ReadPacked(field);
  if (!packed.ok() || !packed->has_value()) return;
  uint64_t zone[base::kZoneRows];
  for (size_t i = 0; i < (*packed)->zone_count(); ++i) columnar::UnpackZone(**packed, i, zone);
}

void ReadEverything(const std::shared_ptr<SegmentFile>& file) {
  const SegmentReader reader(file, NoProvider());
  for (const Field& field : file->schema().fields()) {
    const absl::StatusOr<Column> column = reader.ReadColumn(field);
    if (column.ok()) {
      for (int64_t row = 0; row < std::min<int64_t>(column->length(), 64); ++row) {
        (void)column->IsNull(row);
      }
      (void)column->Validate();
    }
    (void)reader.ReadZoneMaps(field);
    UnpackAll(reader, field);
    const uint64_t rows = std::min<uint64_t>(file->rows(), 10);
    (void)ReadColumnRows(file, NoProvider(), field, file->rows() - rows, rows);
  }
  std::vector<Damage> damages;
  ASHLAR_CHECK_OK(VerifySegment(file, NoProvider(), /*deep=*/true, &damages));
}

void PromiseTail(const std::string& bytes, FileIdentity* identity) {
  const std::span<const std::byte> all = base::AsBytes(bytes);
  if (all.size() < format::footer::kSize) return;
  const auto footer = DecodeFooter(all.last(format::footer::kSize), all.size(), "fuzz");
  if (footer.ok()) identity->footer_digest = base::DigestOf(all.subspan(footer->tail_offset));
}

}  // namespace
}  // namespace ashlar::segment

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ashlar::segment;  // NOLINT: one function
  if (size == 0) return 0;
  std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  FileIdentity identity{.id = 1, .bytes = bytes.size(), .footer_digest = {}};
  if ((data[0] & 1) != 0) {
    if (!FixChecksums(&bytes, &identity)) return 0;
  } else {
    PromiseTail(bytes, &identity);
  }
  (void)DumpSegment(ashlar::base::AsBytes(bytes), "fuzz", (data[0] & 2) != 0);
  const auto files = MakeFiles();
  ASHLAR_CHECK_OK(files->ReplaceFile("segments/000000000001.seg", ashlar::base::AsBytes(bytes)));
  const auto file = SegmentFile::Open(*files, identity, std::make_shared<ReadStats>());
  if (file.ok()) ReadEverything(*file);
  return 0;
}
