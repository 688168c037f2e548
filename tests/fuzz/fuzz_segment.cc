// Fuzz target: a segment file of any bytes is opened, read, verified and dumped without a crash.
//
// The first byte chooses whether all checksums are made right before opening, which lets the fuzzer
// past them: hostile files can carry right checksums. Otherwise only the digest that a manifest
// would promise is right. A bit of it also makes the checksums of key sections right.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/segment/key_checks.h"
#include "src/segment/key_lookup.h"
#include "src/segment/segment_dump.h"
#include "src/segment/segment_salvage.h"
#include "src/segment/segment_tail.h"
#include "src/segment/segment_verifier.h"
#include "tests/segment/key_testing.h"
#include "tests/segment/segment_testing.h"

namespace ashlar::segment {
namespace {

void UnpackAll(const SegmentReader& reader, const Field& field) {
  const auto packed = reader.ReadPacked(field);
  if (!packed.ok() || !packed->has_value()) return;
  uint64_t zone[base::kZoneRows];
  for (size_t i = 0; i < (*packed)->zone_count(); ++i) columnar::UnpackZone(**packed, i, zone);
}

// Searches by numbers from the file itself, so that the fuzzer can reach every bucket and fence.
void LookUpKeys(const std::shared_ptr<SegmentFile>& file) {
  const absl::StatusOr<KeyLookup> lookup = KeyLookup::Open(file);
  if (!lookup.ok()) return;
  const std::span<const std::byte> body = file->body();
  const size_t step = std::max<size_t>(sizeof(uint64_t), body.size() / 64);
  for (size_t at = 0; at + sizeof(uint64_t) <= body.size(); at += step) {
    const auto number = base::LoadLittle<uint64_t>(body.data() + at);
    const auto compare = [&file, at](uint32_t row) {
      ASHLAR_CHECK(row < file->rows());
      return row <=> static_cast<uint32_t>(at);
    };
    (void)lookup->Find({.hash = number, .prefix = number}, compare);
    ASHLAR_CHECK(lookup->LowerBound(number, compare) <= file->rows());
  }
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
  LookUpKeys(file);
  std::vector<Damage> damages;
  ASHLAR_CHECK_OK(VerifySegment(file, NoProvider(), /*deep=*/true, &damages));
  ASHLAR_CHECK_OK(VerifyKeySections(file, file->keys().chunks, nullptr, &damages));
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
  if ((data[0] & 4) != 0) (void)FixKeyChecksums(&bytes);
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
