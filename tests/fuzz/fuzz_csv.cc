// Fuzzes the CSV reader: no input may crash it, and what it accepts must come back from the writer.
//
// The first byte chooses the block size, so that every cut of a record is tried.
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "src/base/check.h"
#include "src/io/input_stream.h"
#include "tools/import/export_writer.h"
#include "tools/import/import.h"

namespace {

using ashlar::RecordBatch;
using ashlar::Schema;

struct Table {
  Schema schema;
  std::vector<RecordBatch> batches;
};

bool Read(std::string text, const ashlar::tools::ImportOptions& options, Table* table) {
  auto input = ashlar::io::MakeMemoryInput("fuzz", std::move(text));
  auto reader = ashlar::tools::OpenImport(std::move(input), options);
  if (!reader.ok()) return false;
  table->schema = (*reader)->schema();
  while (true) {
    RecordBatch batch;
    const auto more = (*reader)->Next(&batch);
    // The first pass saw every value: with a schema of its making the second cannot fail.
    ASHLAR_CHECK_OK(more.status());
    if (!*more) return true;
    table->batches.push_back(std::move(batch));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  ashlar::tools::ImportOptions options;
  options.block_bytes = 1 + data[0] % 97;
  Table first;
  if (!Read(std::string(reinterpret_cast<const char*>(data + 1), size - 1), options, &first))
    return 0;

  ashlar::tools::StringOutput output;
  auto writer = ashlar::tools::MakeCsvWriter(output, first.schema);
  for (const RecordBatch& batch : first.batches) ASHLAR_CHECK_OK(writer->Write(batch));
  ASHLAR_CHECK_OK(writer->Finish());
  options.schema = first.schema;
  options.block_bytes = ashlar::tools::kImportBlockBytes;
  Table second;
  ASHLAR_CHECK(Read(output.text(), options, &second));
  ASHLAR_CHECK(first.batches.size() == second.batches.size());
  for (size_t i = 0; i < first.batches.size(); ++i) {
    ASHLAR_CHECK(first.batches[i].Equals(second.batches[i]));
  }
  return 0;
}
