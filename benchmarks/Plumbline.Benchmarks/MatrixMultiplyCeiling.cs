using Plumbline.Models.Language;
using static TorchSharp.torch;

namespace Plumbline.Benchmarks;

/// <summary>
/// The machine's limit for a training step: libtorch's matrix multiply at the step's own shapes (tokens by hidden size, by every projection of a block and
/// by the vocabulary), results written into standing buffers, nothing else.
/// </summary>
internal sealed class MatrixMultiplyCeiling
{
    private readonly (Tensor Left, Tensor Right, Tensor Result)[] products;

    internal MatrixMultiplyCeiling(DecoderConfig config, long tokens, ScalarType dtype)
    {
        (long Inner, long Outer)[] shapes =
        [
            (config.HiddenSize, (config.HeadCount + (2 * config.KeyValueHeadCount)) * config.HeadSize),
            (config.HiddenSize, 2 * config.IntermediateSize),
            (config.IntermediateSize, config.HiddenSize),
            (config.HiddenSize, config.VocabularySize),
        ];
        products =
        [
            .. shapes.Select(shape =>
                (randn(tokens, shape.Inner).to(dtype), randn(shape.Outer, shape.Inner).to(dtype).t(), zeros([tokens, shape.Outer], dtype))
            ),
        ];
        Flops = shapes.Sum(shape => 2.0 * tokens * shape.Inner * shape.Outer) * Repeats;
    }

    /// <summary>Floating-point operations of one <see cref="Run"/>.</summary>
    internal double Flops { get; }

    private static int Repeats => 4;

    internal void Run()
    {
        using var noGradients = no_grad();
        for (var i = 0; i < Repeats; i++)
        {
            foreach (var (left, right, result) in products)
            {
                result.addmm_(left, right, 0, 1);
            }
        }
    }
}
