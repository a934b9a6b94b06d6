using System.Buffers;
using System.Text.Json;

namespace Plumbline.Data.Writing;

/// <summary>One JSON object a line. Text stays readable: only what JSON demands is escaped.</summary>
internal sealed class JsonLinesFormatter : ExampleFormatter
{
    private readonly Utf8JsonWriter writer;

    public JsonLinesFormatter(string path)
        : base(path) => writer = new Utf8JsonWriter(Pending, StepwiseJson.Readable);

    /// <inheritdoc/>
    protected override void Format(Example example, bool isFirst)
    {
        writer.Reset();
        writer.WriteStartObject();
        switch (example)
        {
            case LanguageModelingExample row:
                Write(row.Content.Text is null ? "messages" : "text", row.Content);
                break;
            case PromptExample row:
                Write("prompt", row.Prompt);
                break;
            case PromptCompletionExample row:
                Write("prompt", row.Prompt);
                Write("completion", row.Completion);
                break;
            case PreferenceExample row:
                Write("prompt", row.Prompt);
                Write("chosen", row.Chosen);
                Write("rejected", row.Rejected);
                WriteAnnotations(row);
                break;
            case UnpairedPreferenceExample row:
                Write("prompt", row.Prompt);
                Write("completion", row.Completion);
                writer.WriteBoolean("label", row.Label);
                break;
            case RankedExample row:
                Write("prompt", row.Prompt);
                WriteRanking(row);
                break;
            case StepwiseExample row:
                Write("prompt", row.Prompt);
                writer.WritePropertyName("completions");
                StepwiseJson.WriteSteps(writer, row);
                writer.WritePropertyName("labels");
                StepwiseJson.WriteLabels(writer, row);
                break;
        }

        writer.WriteEndObject();
        writer.Flush();
        Pending.Write("\n"u8);
    }

    /// <inheritdoc/>
    protected override void Release() => writer.Dispose();

    private void WriteAnnotations(PreferenceExample row)
    {
        if (row.Gold is { } gold)
        {
            Write("gold", gold);
        }

        if (row.Margin is { } margin)
        {
            writer.WriteNumber("margin", margin);
        }

        if (row.Confidence is { } confidence)
        {
            writer.WriteNumber("confidence", confidence);
        }

        if (row.Harm is { } harm)
        {
            writer.WriteBoolean("chosen_harmful", harm.Chosen);
            writer.WriteBoolean("rejected_harmful", harm.Rejected);
            writer.WriteString("more_harmful", harm.ChosenIsWorse ? "chosen" : "rejected");
        }
    }

    private void WriteRanking(RankedExample row)
    {
        writer.WriteStartArray("answers");
        foreach (var answer in row.Answers)
        {
            Write(answer);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("ranks");
        foreach (var rank in row.Ranks)
        {
            writer.WriteNumberValue(rank);
        }

        writer.WriteEndArray();
    }

    private void Write(string name, Content content)
    {
        writer.WritePropertyName(name);
        Write(content);
    }

    private void Write(Content content)
    {
        if (content.Text is { } text)
        {
            writer.WriteStringValue(text);
            return;
        }

        writer.WriteStartArray();
        foreach (var message in content.Messages!)
        {
            writer.WriteStartObject();
            writer.WriteString("role", message.Role.Value);
            writer.WriteString("content", message.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
