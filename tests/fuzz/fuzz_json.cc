// Fuzzes the JSON Lines reader: no input may crash it, with and without mixed text.
//
// The first byte chooses the block size and whether conflicts become text.
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "src/base/check.h"
#include "src/io/input_stream.h"
#include "tools/import/export_writer.h"
#include "tools/import/import.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  ashlar::tools::ImportOptions options;
  options.format = ashlar::tools::ImportFormat::kJsonLines;
  options.block_bytes = 1 + data[0] / 2;
  options.mixed_text = data[0] % 2 == 1;
  auto input = ashlar::io::MakeMemoryInput(
      "fuzz", std::string(reinterpret_cast<const char*>(data + 1), size - 1));
  auto reader = ashlar::tools::OpenImport(std::move(input), options);
  if (!reader.ok()) return 0;
  ashlar::tools::StringOutput output;
  auto writer = ashlar::tools::MakeJsonLinesWriter(output);
  while (true) {
    ashlar::RecordBatch batch;
    const auto more = (*reader)->Next(&batch);
    if (!more.ok() || !*more) return 0;
    for (const ashlar::Column& column : batch.columns()) ASHLAR_CHECK_OK(column.Validate());
    ASHLAR_CHECK_OK(writer->Write(batch));
  }
}
