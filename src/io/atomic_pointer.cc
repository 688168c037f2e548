// Writing, swapping and reading the line of text in CURRENT. See atomic_pointer.h.
#include "src/io/atomic_pointer.h"

#include <charconv>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/crc32c.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"

namespace ashlar::io {
namespace {

constexpr std::string_view kHead = "ashlar-current ";
constexpr std::string_view kVersion = "1";
constexpr std::string_view kCleanMark = " clean=";
constexpr std::string_view kChecksumMark = " crc32c=";
constexpr size_t kChecksumDigits = 8;
constexpr uint64_t kMaxCurrentSize = 4096;

std::string ChecksumText(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  const uint32_t crc = base::Crc32c(base::AsBytes(text));
  std::string hex;
  for (int shift = 28; shift >= 0; shift -= 4) hex += kDigits[(crc >> shift) & 0xF];
  return hex;
}

std::string EncodeCurrent(const CurrentPointer& pointer) {
  std::string text = base::StrCat(kHead, kVersion, " ", ManifestName(pointer.manifest_number));
  if (pointer.clean_bytes.has_value()) text += base::StrCat(kCleanMark, *pointer.clean_bytes);
  return base::StrCat(text, kChecksumMark, ChecksumText(text), "\n");
}

absl::Status Damaged(const FileSystem& files, uint64_t offset, std::string_view why) {
  return absl::DataLossError(
      base::StrCat(files.Describe(), "/", kCurrentName, " at offset ", offset, ": ", why));
}

// What the checksum covers, or nullopt when it does not match.
std::optional<std::string_view> CheckedText(std::string_view content) {
  const size_t tail_size = kChecksumMark.size() + kChecksumDigits + 1;
  if (content.size() < tail_size) return std::nullopt;
  const std::string_view text = content.substr(0, content.size() - tail_size);
  const std::string tail = base::StrCat(kChecksumMark, ChecksumText(text), "\n");
  if (content.substr(text.size()) != tail) return std::nullopt;
  return text;
}

absl::Status CheckVersion(const FileSystem& files, std::string_view version) {
  if (version == kVersion) return absl::OkStatus();
  uint32_t number = 0;
  const char* const end = version.data() + version.size();
  const auto parsed = std::from_chars(version.data(), end, number, 10);
  if (parsed.ec == std::errc() && parsed.ptr == end && number > 1) {
    return absl::UnimplementedError(
        base::StrCat("version ", number, " of ", kCurrentName,
                     " is newer than this program: ", files.Describe()));
  }
  return Damaged(files, kHead.size(), "bad version");
}

// "MANIFEST-000000000007" or "MANIFEST-000000000007 clean=12345", and nothing else.
std::optional<CurrentPointer> ParsePointer(std::string_view text) {
  CurrentPointer pointer;
  const size_t mark = text.find(kCleanMark);
  const std::optional<ParsedFileName> target = ParseFileName(text.substr(0, mark));
  if (!target.has_value() || target->kind != FileKind::kManifest) return std::nullopt;
  pointer.manifest_number = target->number;
  if (mark == std::string_view::npos) return pointer;
  const std::string_view digits = text.substr(mark + kCleanMark.size());
  uint64_t bytes = 0;
  const char* const end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, bytes, 10);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  pointer.clean_bytes = bytes;
  return pointer;
}

absl::StatusOr<CurrentPointer> DecodeCurrent(const FileSystem& files, std::string_view content) {
  const std::optional<std::string_view> text = CheckedText(content);
  if (!text.has_value()) return Damaged(files, 0, "the checksum does not match");
  if (!text->starts_with(kHead)) return Damaged(files, 0, "not a pointer to a manifest");
  const std::string_view rest = text->substr(kHead.size());
  const size_t space = rest.find(' ');
  RETURN_IF_ERROR(CheckVersion(files, rest.substr(0, space)));
  if (space != std::string_view::npos) {
    if (const auto pointer = ParsePointer(rest.substr(space + 1))) return *pointer;
  }
  return Damaged(files, kHead.size(), "names no manifest");
}

absl::StatusOr<std::unique_ptr<WritableFile>> WriteTemporary(FileSystem& files,
                                                             std::string_view content) {
  const absl::Status removed = files.Unlink(kCurrentTemporaryName);
  if (!removed.ok() && !absl::IsNotFound(removed)) return removed;
  ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file, files.Create(kCurrentTemporaryName, {}));
  RETURN_IF_ERROR(file->Append(base::AsBytes(content)));
  RETURN_IF_ERROR(file->Flush());
  return file;
}

absl::Status PutInPlace(FileSystem& files, WritableFile& temporary) {
  RETURN_IF_ERROR(temporary.Sync());
  RETURN_IF_ERROR(temporary.Close());
  return files.Rename(kCurrentTemporaryName, kCurrentName);
}

}  // namespace

absl::Status SwapCurrent(FileSystem& files, uint64_t manifest_number,
                         std::optional<uint64_t> clean_bytes, bool* unchanged) {
  bool ignored = false;
  bool& certain = unchanged != nullptr ? *unchanged : ignored;
  certain = true;
  if (manifest_number > kMaxFileNumber) {
    return absl::InvalidArgumentError("manifest number out of range");
  }
  const std::string content = EncodeCurrent({manifest_number, clean_bytes});
  ASSIGN_OR_RETURN(const std::unique_ptr<WritableFile> temporary, WriteTemporary(files, content));
  const absl::Status placed = PutInPlace(files, *temporary);
  // For want of space nothing is renamed, and the file that could not be synced is not used again.
  certain = absl::IsResourceExhausted(placed);
  RETURN_IF_ERROR(placed);
  return files.SyncDirectory("");
}

absl::StatusOr<CurrentPointer> ReadCurrentPointer(FileSystem& files) {
  ASSIGN_OR_RETURN(const std::shared_ptr<ReadableFile> file, files.OpenForRead(kCurrentName));
  if (file->size() > kMaxCurrentSize) return Damaged(files, 0, "far too large");
  std::string content(file->size(), '\0');
  RETURN_IF_ERROR(file->Read(0, std::as_writable_bytes(std::span<char>(content))));
  return DecodeCurrent(files, content);
}

absl::StatusOr<uint64_t> ReadCurrent(FileSystem& files) {
  ASSIGN_OR_RETURN(const CurrentPointer pointer, ReadCurrentPointer(files));
  return pointer.manifest_number;
}

}  // namespace ashlar::io
