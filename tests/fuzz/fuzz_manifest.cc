// Hostile MANIFEST files: reading, checking and dumping them ends in a value or in an error.
//
// The first byte selects whether the checksums are put right before reading; otherwise hardly any
// input would get past them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "src/base/bytes.h"
#include "src/base/crc32c.h"
#include "src/io/file_names.h"
#include "src/io/memory_file_system.h"
#include "src/manifest/format.h"
#include "src/manifest/invariants.h"
#include "src/manifest/manifest_dump.h"
#include "src/manifest/manifest_store.h"

namespace ashlar::manifest {
namespace {

std::byte* At(std::string& file, uint64_t offset, const format::FixedField& field) {
  return reinterpret_cast<std::byte*>(file.data()) + offset + field.offset;
}

uint32_t CrcOf(const std::string& file, uint64_t offset, uint64_t size) {
  return base::Crc32c(base::AsBytes(file).subspan(offset, size));
}

void FixChecksums(std::string& file) {
  using namespace format;
  if (file.size() < header::kSize) return;
  base::StoreLittle<uint64_t>(At(file, 0, header::kNumber), 1);
  base::StoreLittle<uint32_t>(At(file, 0, header::kCrc), CrcOf(file, 0, header::kCrc.offset));
  uint64_t offset = header::kSize;
  while (file.size() - offset >= record::kSize) {
    const uint64_t payload = base::LoadLittle<uint64_t>(At(file, offset, record::kPayloadBytes));
    const uint64_t rest = file.size() - offset - record::kSize;
    base::StoreLittle<uint64_t>(At(file, offset, record::kNumber), 1);
    if (payload <= rest) {
      base::StoreLittle<uint32_t>(At(file, offset, record::kPayloadCrc),
                                  CrcOf(file, offset + record::kSize, payload));
    }
    base::StoreLittle<uint32_t>(At(file, offset, record::kHeaderCrc),
                                CrcOf(file, offset + record::kPayloadCrc.offset,
                                      record::kSize - record::kPayloadCrc.offset));
    if (payload > rest) return;
    const uint64_t padded = base::AlignUp(payload, kRecordAlignment);
    if (padded > rest) return;
    offset += record::kSize + padded;
  }
}

void RunOne(std::string file) {
  io::MemoryFileSystem files;
  auto created = files.Create(io::ManifestName(1), {});
  if (!created.ok() || !(*created)->Append(base::AsBytes(file)).ok()) std::abort();
  const auto recovered = ReadManifestFile(files, 1);
  if (recovered.ok() && !CheckAll(*recovered->set).ok()) std::abort();
  if (DumpManifestText(base::AsBytes(file), "x").empty()) std::abort();
  if (DumpManifestJson(base::AsBytes(file), "x").empty()) std::abort();
}

}  // namespace
}  // namespace ashlar::manifest

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string file(reinterpret_cast<const char*>(data) + 1, size - 1);
  if ((data[0] & 1) != 0) ashlar::manifest::FixChecksums(file);
  ashlar::manifest::RunOne(std::move(file));
  return 0;
}
