using Plumbline.Configuration;
using Plumbline.Findings;
using Plumbline.Tokenization;

namespace Plumbline.Moderation.Onnx;

/// <summary>
/// Asks a classifier of texts: any sequence classifier in ONNX with a Hugging Face tokenizer. A text longer than the model reads is cut into windows that overlap; each
/// hazard gets the score of the window that has most of it, and that window's place.
/// </summary>
/// <remarks>
/// Text never makes special tokens; those around a text come from the tokenizer's post-processor alone. Findings are the same whoever asks at the same time: windows of
/// different texts are never batched together.
/// </remarks>
public sealed class OnnxTextDetector : IDetector, IDisposable
{
    private const int UsualTokens = 512;

    private readonly OnnxTextOptions options;
    private readonly OnnxSession session;
    private readonly Tokenizer tokenizer;
    private readonly LabelHazards labels;
    private readonly LabelScores scores;
    private readonly SequenceInputs inputs;
    private readonly TokenWindows windows;
    private readonly string output;

    private OnnxTextDetector(OnnxTextOptions options, OnnxSession session)
    {
        this.options = options;
        this.session = session;
        var configFile = Path.Combine(options.Folder, "config.json");
        var config = ClassifierConfig.Read(configFile);
        tokenizer = Tokenizer.Load(options.Tokenizer ?? options.Folder);
        var names = options.Labels.Count > 0 ? options.Labels : config.Labels;
        labels = LabelHazards.Of(
            names
                ?? throw session.Invalid(
                    "No labels are given and config.json has no id2label.",
                    "Name the labels in the order of the outputs."
                ),
            options.Hazards,
            options.Ignored,
            configFile
        );
        scores = options.Scores ?? config.Scores ?? LabelScores.Softmax;
        output = ClassifierOutput.Find(session, labels.Labels.Count);
        inputs = SequenceInputs.Of(session, tokenizer, config);
        windows = new TokenWindows(ContentTokens(options, config, tokenizer, session), options.Overlap);
    }

    /// <inheritdoc/>
    public string Name => options.Name;

    /// <inheritdoc/>
    /// <remarks>The SHA-256 of the model, in hexadecimal digits.</remarks>
    public string Version => session.Hash;

    /// <inheritdoc/>
    public DetectorCost Cost => DetectorCost.Model;

    /// <inheritdoc/>
    public DetectorReading Reads => options.Reads;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Hazards => labels.Codes;

    /// <summary>Loads the model and everything around it.</summary>
    /// <exception cref="InvalidInputException">An option is out of its range, a file is missing or broken, or they do not fit together.</exception>
    public static OnnxTextDetector Load(OnnxTextOptions options)
    {
        OptionsValidation.ThrowIfInvalid(options);
        var opened = OnnxSession.Open(ModelFiles.Find(options.Folder, options.Model), options.Threads);
        try
        {
            return new OnnxTextDetector(options, opened);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The text is longer than the options allow, or the model fails on it.</exception>
    public ValueTask<IReadOnlyList<Finding>> DetectAsync(DetectorInput input, CancellationToken cancellationToken) =>
        input.Text.Length > options.MaxCharacters
            ? throw new InvalidInputException(
                $"The text has {input.Text.Length} characters; the detector '{Name}' reads at most {options.MaxCharacters}.",
                "Raise max_characters, or check the text in parts."
            )
            : new ValueTask<IReadOnlyList<Finding>>(
                Task.Run<IReadOnlyList<Finding>>(() => Detect(input.Text, cancellationToken), cancellationToken)
            );

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private static int ContentTokens(OnnxTextOptions options, ClassifierConfig config, Tokenizer tokenizer, OnnxSession session)
    {
        var most = options.MaxTokens ?? Math.Min(config.MostTokens ?? UsualTokens, UsualTokens);
        var content = most - tokenizer.PrefixTokenIds.Count - tokenizer.SuffixTokenIds.Count;
        if (most > config.MostTokens)
        {
            throw session.Invalid($"max_tokens is {most}, but the model reads {config.MostTokens} at once.", "Lower max_tokens.");
        }

        return content > options.Overlap
            ? content
            : throw session.Invalid(
                $"A window holds {content} tokens of the text, and {options.Overlap} of them overlap.",
                "Lower overlap or raise max_tokens."
            );
    }

    private List<Finding> Detect(string text, CancellationToken cancellationToken)
    {
        var tokens = tokenizer.EncodeWithOffsets(text, parseSpecialTokens: false);
        if (tokens.Ids.Length == 0)
        {
            return [];
        }

        var best = new HazardScore[labels.Codes.Count];
        var at = new TokenWindow[best.Length];
        Array.Fill(best, new HazardScore(0, 0, -1));
        foreach (var batch in Batches(tokens.Ids.Length))
        {
            ScoreBatch(tokens, batch, best, at, cancellationToken);
        }

        return labels.Findings(best, options.LeastScore, (slot, finding) => finding with { Span = at[slot].In(tokens, text.Length) });
    }

    private IEnumerable<TokenWindow[]> Batches(int tokens) =>
        // A model without a mask cannot tell padding from text, but all windows of a long text are of one length.
        windows.Of(tokens).Chunk(options.BatchSize);

    private void ScoreBatch(
        TokenizedText tokens,
        TokenWindow[] batch,
        HazardScore[] best,
        TokenWindow[] at,
        CancellationToken cancellationToken
    )
    {
        using var values = inputs.Make(tokens.Ids, batch);
        session.Run(
            values.ByName,
            output,
            (outputs, shape) =>
            {
                ClassifierOutput.CheckShape(session, shape, batch.Length, labels.Labels.Count);
                Span<HazardScore> row = new HazardScore[best.Length];
                for (var i = 0; i < batch.Length; i++)
                {
                    labels.Score(outputs.Slice(i * labels.Labels.Count, labels.Labels.Count), scores, row);
                    Keep(row, batch[i], best, at);
                }

                return true;
            },
            cancellationToken
        );
    }

    private static void Keep(ReadOnlySpan<HazardScore> row, TokenWindow window, HazardScore[] best, TokenWindow[] at)
    {
        for (var slot = 0; slot < row.Length; slot++)
        {
            if (best[slot].Label < 0 || row[slot].Score > best[slot].Score)
            {
                (best[slot], at[slot]) = (row[slot], window);
            }
        }
    }
}
