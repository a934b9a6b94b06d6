using Microsoft.ML.OnnxRuntime;

namespace Plumbline.Moderation.Onnx;

/// <summary>The inputs of one run.</summary>
/// <param name="ByName">The tensors.</param>
internal sealed record ModelInputs(IReadOnlyDictionary<string, OrtValue> ByName) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var value in ByName.Values)
        {
            value.Dispose();
        }
    }
}
