// Forging segments; see the header.
#include "tests/store/forged_index.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/columnar/canonical.h"
#include "src/columnar/encoded_keys.h"
#include "src/io/file_names.h"
#include "src/segment/digest_read.h"
#include "src/segment/fixed_record.h"
#include "src/segment/format.h"
#include "src/segment/key_rebuild.h"
#include "src/store/held_chunks.h"
#include "src/store/keyed_segment_check.h"
#include "tests/segment/key_testing.h"
#include "tests/segment/segment_testing.h"

namespace ashlar::testkit {
namespace {

using segment::KeySectionKind;
using segment::SegmentFile;

std::shared_ptr<SegmentFile> OpenFile(io::FileSystem& files, const segment::FileIdentity& id) {
  auto file = SegmentFile::Open(files, id, std::make_shared<segment::ReadStats>(),
                                segment::PageProof::kNone);
  ASHLAR_CHECK_OK(file.status());
  return *std::move(file);
}

absl::StatusOr<segment::FileIdentity> WriteWithoutKeys(io::FileSystem& files,
                                                       const std::shared_ptr<SegmentFile>& old,
                                                       uint64_t id) {
  ASSIGN_OR_RETURN(const auto writer, segment::SegmentWriter::Create(
                                          files, old->schema(), old->rows(), {.segment_id = id}));
  for (uint32_t i = 0; i < old->chunks().size(); ++i) {
    const segment::ChunkEntry& entry = old->chunks()[i];
    if (entry.kind == segment::ChunkKind::kReference) {
      RETURN_IF_ERROR(writer->AddReference(entry.digest, entry.holder));
      continue;
    }
    ASSIGN_OR_RETURN(const Column column, segment::ReadChunkByDigest(old, i));
    const columnar::ColumnPiece piece{&column, 0, column.length()};
    ASSIGN_OR_RETURN(const Column canonical, columnar::MakeCanonical(column.type(), {&piece, 1}));
    RETURN_IF_ERROR(writer->AddChunk(entry.digest, canonical));
  }
  ASSIGN_OR_RETURN(const segment::WrittenSegment written, writer->Finish());
  RETURN_IF_ERROR(writer->Sync());
  return written.file;
}

// As a writer would make it for keys that are not those of the rows.
absl::StatusOr<segment::FileIdentity> WriteOtherKeys(io::FileSystem& files,
                                                     const std::shared_ptr<SegmentFile>& old,
                                                     uint64_t id) {
  std::vector<uint64_t> prefixes;
  std::vector<uint64_t> hashes;
  for (uint64_t row = 0; row < old->rows(); ++row) {
    prefixes.push_back(row + 1);
    hashes.push_back(columnar::KeyHash(std::to_string(row)));
  }
  const segment::KeySections keys{
      .hashes = hashes,
      .prefixes = prefixes,
      .key_chunks = old->keys().chunks,
      .hash_index = old->keys().Find(KeySectionKind::kIndex) != nullptr};
  ASSIGN_OR_RETURN(const auto written,
                   segment::RebuildKeySections(files, old, keys, {.segment_id = id}));
  return written.file;
}

// A copy as file `id`, with `change` made to its bytes.
template <typename Change>
absl::StatusOr<segment::FileIdentity> CopyForged(io::FileSystem& files,
                                                 const std::shared_ptr<SegmentFile>& old,
                                                 uint64_t id, const Change& change) {
  ASSIGN_OR_RETURN(std::string bytes, io::ReadWholeFile(files, old->name(), uint64_t{1} << 30));
  change(&bytes);
  namespace f = segment::format;
  std::byte* const first = reinterpret_cast<std::byte*>(bytes.data());
  base::StoreLittle<uint64_t>(first + f::header::kId.offset, id);
  base::StoreLittle<uint64_t>(first + bytes.size() - f::footer::kSize + f::footer::kId.offset, id);
  segment::FileIdentity identity{.id = id, .bytes = 0, .footer_digest = {}};
  ASHLAR_CHECK(segment::FixKeyChecksums(&bytes) && segment::FixChecksums(&bytes, &identity));
  ASSIGN_OR_RETURN(const auto file, files.Create(io::SegmentName(id), {}));
  RETURN_IF_ERROR(file->Append(base::AsBytes(bytes)));
  RETURN_IF_ERROR(file->Sync());
  RETURN_IF_ERROR(file->Close());
  return identity;
}

void ChangeStamp(std::string* bytes) {
  namespace f = segment::format;
  const std::span<const std::byte> footer = base::AsBytes(*bytes).last(f::footer::kSize);
  const size_t stamp = segment::ReadField<uint64_t>(footer, f::footer::kTailOffset) +
                       segment::ReadField<uint32_t>(footer, f::footer::kKeysOffset) +
                       f::keys::kSize + sizeof(uint32_t) + f::section::kStamp.offset;
  (*bytes)[stamp] = static_cast<char>((*bytes)[stamp] ^ 1);
}

absl::StatusOr<segment::FileIdentity> Forge(io::FileSystem& files,
                                            const std::shared_ptr<SegmentFile>& old, uint64_t id,
                                            IndexForgery forgery) {
  switch (forgery) {
    case IndexForgery::kMissing:
      return WriteWithoutKeys(files, old, id);
    case IndexForgery::kOtherFences:
      return WriteOtherKeys(files, old, id);
    case IndexForgery::kStale:
      return CopyForged(files, old, id, ChangeStamp);
    case IndexForgery::kEmptyFilter:
      break;
  }
  return CopyForged(files, old, id, [&](std::string* bytes) {
    const auto& range = old->keys().Find(KeySectionKind::kFilter)->range;
    std::fill_n(bytes->begin() + static_cast<ptrdiff_t>(range.offset), range.size, '\0');
  });
}

}  // namespace

const char* NameOf(IndexForgery forgery) {
  switch (forgery) {
    case IndexForgery::kMissing:
      return "missing";
    case IndexForgery::kStale:
      return "stale";
    case IndexForgery::kEmptyFilter:
      return "empty_filter";
    case IndexForgery::kOtherFences:
      return "other_fences";
  }
  return "";
}

void PrintTo(IndexForgery forgery, std::ostream* stream) { *stream << NameOf(forgery); }

absl::Status ForgeIndexes(store::StoreCore& core, IndexForgery forgery) {
  std::vector<manifest::SegmentMove> moves;
  RETURN_IF_ERROR(core.publisher->BeginWriting());
  for (const auto& [id, place] : store::FindKeyedSegments(*core.current())) {
    const uint64_t forged_id = core.next_segment_id.fetch_add(1);
    const auto old = OpenFile(*core.files, place.entry.meta->file);
    manifest::SegmentMeta meta = *place.entry.meta;
    ASSIGN_OR_RETURN(meta.file, Forge(*core.files, old, forged_id, forgery));
    meta.own_chunk_bytes = 0;
    for (const auto& held : store::HeldChunks(OpenFile(*core.files, meta.file)->chunks())) {
      meta.own_chunk_bytes += held.bytes;
    }
    moves.push_back({id, std::make_shared<const manifest::SegmentMeta>(std::move(meta))});
  }
  RETURN_IF_ERROR(core.publisher->SyncDirectory(*core.files, io::kSegmentsDirectory));
  return core.publisher
      ->Publish([&](const manifest::VersionSet&) -> absl::StatusOr<manifest::ManifestEdit> {
        manifest::ManifestEdit edit;
        edit.moves = std::move(moves);
        edit.next_segment_id = core.next_segment_id.load();
        return edit;
      })
      .status();
}

}  // namespace ashlar::testkit
