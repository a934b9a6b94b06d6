using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Plumbline.Moderation.Onnx;

/// <summary>A loaded model. Thread-safe: callers share its weights and its threads.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession session;
    private readonly string path;

    private OnnxSession(OnnxModelFile file, InferenceSession session)
    {
        this.session = session;
        path = file.Path;
        Hash = file.Hash;
    }

    /// <summary>The SHA-256 of the model, in hexadecimal digits.</summary>
    public string Hash { get; }

    /// <summary>What it reads, by name.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> Inputs => session.InputMetadata;

    /// <summary>What it gives, by name.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> Outputs => session.OutputMetadata;

    /// <summary>What its file notes under a key; null for nothing.</summary>
    public string? Note(string key) => session.ModelMetadata.CustomMetadataMap.GetValueOrDefault(key);

    /// <summary>Loads a model.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="threads">How many threads one run may use; 1 runs on the caller's.</param>
    /// <exception cref="InvalidInputException">It is no model that ONNX Runtime can run.</exception>
    public static OnnxSession Open(string path, int threads)
    {
        var file = OnnxModelFile.Read(path);
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        // Threads that spin between two runs take the cores from everybody else.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            // What was looked through is what is loaded; only weights outside need the folder.
            var loaded =
                file.External.Count == 0
                    ? new InferenceSession(file.Content, options)
                    : new InferenceSession(System.IO.Path.GetFullPath(path), options);
            return new OnnxSession(file, loaded);
        }
        catch (Exception failure) when (failure is OnnxRuntimeException or OverflowException or ArgumentException)
        {
            throw new InvalidInputException(
                $"ONNX Runtime cannot load the model: {failure.Message}",
                "Export it with standard operators, of an operator set that this ONNX Runtime knows.",
                new InputPosition(path),
                failure
            );
        }
    }

    /// <summary>Runs the model and hands one of its outputs on.</summary>
    /// <param name="inputs">Every input by name.</param>
    /// <param name="output">The output's name.</param>
    /// <param name="read">Reads the output: its values in row-major order and its shape.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="InvalidInputException">The model fails on these inputs.</exception>
    public T Run<T>(IReadOnlyDictionary<string, OrtValue> inputs, string output, OutputReader<T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var options = new RunOptions();
        using var stop = cancellationToken.CanBeCanceled
            ? cancellationToken.UnsafeRegister(static run => ((RunOptions)run!).Terminate = true, options)
            : default;
        try
        {
            using var results = session.Run(options, inputs, [output]);
            var values = new OutputValues(results[0]);
            return read(values.Span, values.Shape);
        }
        catch (OnnxRuntimeException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new InvalidInputException(
                $"The model fails: {failure.Message}",
                "Check that it fits its tokenizer or its preprocessing.",
                new InputPosition(path),
                failure
            );
        }
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    /// <summary>The error for a model that is not what a detector needs.</summary>
    public InvalidInputException Invalid(string problem, string mend) => new(problem, mend, new InputPosition(path));

    /// <summary>An output as 32-bit numbers, whatever it is stored as.</summary>
    private readonly ref struct OutputValues
    {
        public OutputValues(OrtValue value)
        {
            var about = value.GetTensorTypeAndShape();
            Shape = about.Shape;
            Span = about.ElementDataType switch
            {
                TensorElementType.Float => value.GetTensorDataAsSpan<float>(),
                TensorElementType.Double => Array.ConvertAll(value.GetTensorDataAsSpan<double>().ToArray(), number => (float)number),
                TensorElementType.Float16 => Array.ConvertAll(value.GetTensorDataAsSpan<Float16>().ToArray(), number => (float)number),
                _ => throw new InvalidInputException($"The model's output holds {about.ElementDataType}, not numbers with fractions."),
            };
        }

        public ReadOnlySpan<float> Span { get; }

        public ReadOnlySpan<long> Shape { get; }
    }
}

/// <summary>Reads an output while it lives.</summary>
/// <param name="values">Its values in row-major order.</param>
/// <param name="shape">Its shape.</param>
internal delegate T OutputReader<T>(ReadOnlySpan<float> values, ReadOnlySpan<long> shape);
