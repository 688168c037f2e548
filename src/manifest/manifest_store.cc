// ManifestStore: appending, rolling and the clean mark. What each failure leaves behind decides
// what may follow; State says which of that holds.
#include "src/manifest/manifest_store.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/atomic_pointer.h"
#include "src/io/file_names.h"
#include "src/manifest/manifest_codec.h"
#include "src/manifest/manifest_log.h"

namespace ashlar::manifest {
namespace {

constexpr uint64_t kMinEditLogBytes = uint64_t{4} << 20;

absl::Status OutcomeUnknown(const absl::Status& cause) {
  return absl::Status(
      cause.code(), base::StrCat("outcome unknown, the store is read-only now: ", cause.message()));
}

// A MANIFEST written whole, durable under its name, but not yet named by CURRENT.
struct NewFile {
  uint64_t number = 0;
  uint64_t bytes = 0;
  std::unique_ptr<io::WritableFile> file;
  std::vector<DescribedSegment> described;
};

struct CreatedFile {
  uint64_t number = 0;
  std::unique_ptr<io::WritableFile> file;
};

// The first free number from `number` on: an interrupted roll may have left a file that CURRENT
// never named.
absl::StatusOr<CreatedFile> CreateNext(io::FileSystem& files, uint64_t number) {
  constexpr int kMaxLeftovers = 1000;
  for (int attempt = 0;; ++attempt, ++number) {
    if (number > io::kMaxFileNumber) {
      return absl::FailedPreconditionError("no manifest number is left");
    }
    auto file = files.Create(io::ManifestName(number), {});
    if (file.ok()) return CreatedFile{number, *std::move(file)};
    if (!absl::IsAlreadyExists(file.status()) || attempt == kMaxLeftovers) return file.status();
  }
}

absl::Status WriteWhole(io::WritableFile& file, std::string_view header, std::string_view record,
                        bool* sync_failed) {
  RETURN_IF_ERROR(file.Append(base::AsBytes(header)));
  RETURN_IF_ERROR(file.Append(base::AsBytes(record)));
  RETURN_IF_ERROR(file.Flush());
  const absl::Status synced = file.Sync();
  *sync_failed = !synced.ok();
  return synced;
}

}  // namespace

struct ManifestStore::State {
  io::FileSystem* files = nullptr;
  uint64_t number = 0;            // of the MANIFEST that CURRENT names
  uint64_t file_bytes = 0;        // its good bytes
  uint64_t checkpoint_bytes = 0;  // of these, up to the end of the checkpoint
  // Open for appending; null until the first append, or when nothing may be appended to the file.
  std::unique_ptr<io::WritableFile> file;
  bool must_roll = false;   // nothing may be appended to the file ever again
  bool clean_mark = false;  // CURRENT bears the mark
  bool cut_back = false;    // truncated since the last sync
  bool read_only = false;   // a sync failed or an outcome is unknown
  bool closed = false;
  KnownSegments known;
  std::shared_ptr<const VersionSet> recovered;  // until `known` is filled from it

  [[nodiscard]] absl::Status CheckWritable() const;
  [[nodiscard]] bool EditLogIsLong(uint64_t next_record_bytes) const;
  void FillKnown();
  [[nodiscard]] absl::Status OpenForAppend();
  [[nodiscard]] absl::Status AppendRecord(std::string_view record);
  void TakeBack(const absl::Status& cause);
  [[nodiscard]] absl::StatusOr<NewFile> WriteNewFile(const VersionSet& value);
  void RemoveUnseen(uint64_t unseen);
  [[nodiscard]] absl::Status PointAt(NewFile fresh);
  [[nodiscard]] absl::Status Point(uint64_t manifest_number, std::optional<uint64_t> clean_bytes);
  [[nodiscard]] absl::StatusOr<uint64_t> Roll(const VersionSet& value);
};

absl::Status ManifestStore::State::CheckWritable() const {
  if (closed) return absl::FailedPreconditionError("the manifest is closed");
  if (read_only) {
    return absl::FailedPreconditionError(
        "the store is read-only since a write failed in an unknown state; reopen it");
  }
  return absl::OkStatus();
}

bool ManifestStore::State::EditLogIsLong(uint64_t next_record_bytes) const {
  ASHLAR_CHECK(checkpoint_bytes <= file_bytes);
  const uint64_t edit_bytes = file_bytes - checkpoint_bytes + next_record_bytes;
  return edit_bytes > std::max(kMinEditLogBytes, checkpoint_bytes);
}

void ManifestStore::State::FillKnown() {
  if (recovered == nullptr) return;
  const KnownSegments nothing;
  DescriptionList list(nothing);
  ForEachListed(recovered->versions, [&](const auto& meta) { list.AddListed(meta); });
  known.Add(std::move(list).Finish());
  recovered = nullptr;
}

// Swaps CURRENT. An error that left it as it was is one of this call only; after any other the
// outcome is unknown.
absl::Status ManifestStore::State::Point(uint64_t manifest_number,
                                         std::optional<uint64_t> clean_bytes) {
  bool unchanged = false;
  const absl::Status swapped = io::SwapCurrent(*files, manifest_number, clean_bytes, &unchanged);
  if (swapped.ok() || unchanged) return swapped;
  read_only = true;
  return OutcomeUnknown(swapped);
}

absl::Status ManifestStore::State::OpenForAppend() {
  if (clean_mark) {
    // Before the first byte, so that a crash from here on is seen as an unclean end.
    RETURN_IF_ERROR(Point(number, std::nullopt));
    clean_mark = false;
  }
  if (file != nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(file, files->OpenForAppend(io::ManifestName(number)));
  if (file->size() != file_bytes) {
    must_roll = true;
    return absl::DataLossError(base::StrCat(io::ManifestName(number), ": has ", file->size(),
                                            " bytes instead of ", file_bytes, ", at offset ",
                                            std::min(file->size(), file_bytes)));
  }
  return absl::OkStatus();
}

// No space is the one failure after which the file is as good as before, once it was cut back.
void ManifestStore::State::TakeBack(const absl::Status& cause) {
  const bool truncated = file->Truncate(file_bytes).ok();
  cut_back = true;
  must_roll = !truncated || !absl::IsResourceExhausted(cause);
}

absl::Status ManifestStore::State::AppendRecord(std::string_view record) {
  absl::Status written = file->Append(base::AsBytes(record));
  if (written.ok()) written = file->Flush();
  if (!written.ok()) {
    TakeBack(written);
    return written;
  }
  if (const absl::Status synced = file->Sync(); !synced.ok()) {
    read_only = true;
    return OutcomeUnknown(synced);
  }
  cut_back = false;
  file_bytes += record.size();
  return absl::OkStatus();
}

absl::StatusOr<NewFile> ManifestStore::State::WriteNewFile(const VersionSet& value) {
  ASSIGN_OR_RETURN(CreatedFile created, CreateNext(*files, number + 1));
  NewFile fresh{created.number, 0, std::move(created.file), {}};
  EncodedPayload payload = EncodeCheckpoint(value);
  const std::string header = EncodeFileHeader(fresh.number);
  const std::string record =
      EncodeRecord(format::RecordKind::kCheckpoint, base::AsBytes(payload.bytes), fresh.number, 0);
  fresh.bytes = header.size() + record.size();
  fresh.described = std::move(payload.described);
  bool sync_failed = false;
  absl::Status written = WriteWhole(*fresh.file, header, record, &sync_failed);
  if (written.ok()) {
    written = files->SyncDirectory("");
    sync_failed = !written.ok() && !absl::IsResourceExhausted(written);
  }
  if (written.ok()) return fresh;
  if (sync_failed) {
    read_only = true;
    return OutcomeUnknown(written);
  }
  fresh.file = nullptr;
  RemoveUnseen(fresh.number);
  return written;
}

// Nobody has seen the file, and its space may be what is missing. A leftover does no harm, but it
// rules out the clean mark, so that the next opening looks for it.
void ManifestStore::State::RemoveUnseen(uint64_t unseen) {
  if (!files->Unlink(io::ManifestName(unseen)).ok()) must_roll = true;
}

absl::Status ManifestStore::State::PointAt(NewFile fresh) {
  if (const absl::Status pointed = Point(fresh.number, std::nullopt); !pointed.ok()) {
    if (!read_only) RemoveUnseen(fresh.number);
    return pointed;
  }
  number = fresh.number;
  file = std::move(fresh.file);
  file_bytes = fresh.bytes;
  checkpoint_bytes = fresh.bytes;
  must_roll = false;
  clean_mark = false;
  cut_back = false;
  known = KnownSegments();
  known.Add(fresh.described);
  recovered = nullptr;
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> ManifestStore::State::Roll(const VersionSet& value) {
  ASSIGN_OR_RETURN(NewFile fresh, WriteNewFile(value));
  RETURN_IF_ERROR(PointAt(std::move(fresh)));
  return file_bytes;
}

ManifestStore::ManifestStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
ManifestStore::~ManifestStore() = default;

absl::StatusOr<std::unique_ptr<ManifestStore>> ManifestStore::Create(io::FileSystem& files,
                                                                     const VersionSet& initial) {
  auto state = std::make_unique<State>();
  state->files = &files;
  RETURN_IF_ERROR(state->Roll(initial).status());
  return std::unique_ptr<ManifestStore>(new ManifestStore(std::move(state)));
}

std::unique_ptr<ManifestStore> ManifestStore::Open(io::FileSystem& files,
                                                   const RecoveredManifest& recovered) {
  ASHLAR_CHECK(recovered.set != nullptr && recovered.manifest_number > 0);
  auto state = std::make_unique<State>();
  state->files = &files;
  state->number = recovered.manifest_number;
  state->file_bytes = recovered.valid_bytes;
  state->checkpoint_bytes = recovered.checkpoint_bytes;
  state->must_roll = !recovered.clean;
  state->clean_mark = recovered.clean;
  state->recovered = recovered.set;
  return std::unique_ptr<ManifestStore>(new ManifestStore(std::move(state)));
}

absl::Status ManifestStore::BeginWriting() {
  RETURN_IF_ERROR(state_->CheckWritable());
  return state_->clean_mark ? state_->OpenForAppend() : absl::OkStatus();
}

absl::StatusOr<uint64_t> ManifestStore::Append(const ManifestEdit& edit, const VersionSet& next) {
  RETURN_IF_ERROR(state_->CheckWritable());
  if (state_->must_roll) return state_->Roll(next);
  state_->FillKnown();
  const EncodedPayload payload = EncodeEdit(edit, state_->known);
  const std::string record = EncodeRecord(format::RecordKind::kEdit, base::AsBytes(payload.bytes),
                                          state_->number, state_->file_bytes);
  if (state_->EditLogIsLong(record.size())) return state_->Roll(next);
  RETURN_IF_ERROR(state_->OpenForAppend());
  RETURN_IF_ERROR(state_->AppendRecord(record));
  state_->known.Add(payload.described);
  return record.size();
}

absl::StatusOr<uint64_t> ManifestStore::Roll(const VersionSet& value) {
  RETURN_IF_ERROR(state_->CheckWritable());
  return state_->Roll(value);
}

absl::Status ManifestStore::CloseClean() {
  RETURN_IF_ERROR(state_->CheckWritable());
  state_->closed = true;
  // Not written to in this session (marked already, or to be recovered again), or ended badly.
  if (state_->clean_mark || state_->must_roll || state_->file == nullptr) return absl::OkStatus();
  if (state_->cut_back) RETURN_IF_ERROR(state_->file->Sync());
  RETURN_IF_ERROR(state_->file->Close());
  return state_->Point(state_->number, state_->file_bytes);
}

void ManifestStore::CloseUnclean() { state_->closed = true; }

void ManifestStore::TurnReadOnly() { state_->read_only = true; }

bool ManifestStore::read_only() const { return state_->read_only; }
uint64_t ManifestStore::manifest_number() const { return state_->number; }
uint64_t ManifestStore::file_bytes() const { return state_->file_bytes; }

}  // namespace ashlar::manifest
