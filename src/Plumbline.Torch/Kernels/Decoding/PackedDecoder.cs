using static TorchSharp.torch;

namespace Plumbline.Torch.Kernels.Decoding;

/// <summary>A <see cref="DecodePlan"/> with its weights packed. Memory is allocated once; <see cref="Pack"/> fills it and fills it again.</summary>
internal sealed unsafe class PackedDecoder : IDisposable
{
    private readonly ThreadTeam team;
    private readonly List<(MatrixPlan Plan, PackedMatrix Matrix)> matrices = [];
    private readonly List<PackedNorm> norms = [];

    internal PackedDecoder(DecodePlan plan, DecodeWeights weights, ThreadTeam team)
    {
        Plan = plan;
        this.team = team;
        PackedMatrix Matrix(MatrixPlan matrix)
        {
            matrices.Add((matrix, new PackedMatrix(matrix.Outputs, matrix.Inputs, weights)));
            return matrices[^1].Matrix;
        }

        PackedNorm? Norm(NormPlan? norm)
        {
            if (norm is null)
            {
                return null;
            }

            norms.Add(new PackedNorm(norm));
            return norms[^1];
        }

        Layers =
        [
            .. plan.Layers.Select(layer => new PackedLayer(
                layer,
                Norm(layer.Attention.Norm),
                Matrix(layer.Attention.QueryKeyValue),
                Norm(layer.Attention.QueryNorm),
                Norm(layer.Attention.KeyNorm),
                Matrix(layer.Attention.Output),
                Norm(layer.Attention.PostNorm),
                Norm(layer.FeedForward.Norm),
                layer.FeedForward.Gate is { } gate ? Matrix(gate) : null,
                Matrix(layer.FeedForward.Up),
                Matrix(layer.FeedForward.Down),
                Norm(layer.FeedForward.PostNorm)
            )),
        ];
        FinalNorm = Norm(plan.FinalNorm)!;
        Head = Matrix(plan.Head);
        Pack();
    }

    internal DecodePlan Plan { get; }

    internal IReadOnlyList<PackedLayer> Layers { get; }

    internal PackedNorm FinalNorm { get; }

    internal PackedMatrix Head { get; }

    /// <summary>[vocabulary, hidden size]: the model's own memory.</summary>
    internal float* Embedding { get; private set; }

    /// <summary>[positions, hidden size], or null: the model's own memory.</summary>
    internal float* PositionEmbedding { get; private set; }

    /// <summary>Bytes of the packed weights.</summary>
    internal long Bytes => matrices.Sum(pair => pair.Matrix.Bytes) + norms.Sum(norm => norm.Bytes);

    /// <summary>The widest input of any product.</summary>
    internal int WidestInput => matrices.Max(pair => pair.Matrix.Inputs);

    /// <summary>The widest output of any product but the head's.</summary>
    internal int WidestOutput => matrices.SkipLast(1).Max(pair => pair.Matrix.Outputs);

    /// <summary>Takes over the present weights.</summary>
    internal void Pack()
    {
        Embedding = (float*)TensorMemory.Start(Plan.Embedding);
        PositionEmbedding = Plan.PositionEmbedding is { } positions ? (float*)TensorMemory.Start(positions) : null;
        foreach (var norm in norms)
        {
            norm.Pack();
        }

        foreach (var (plan, matrix) in matrices)
        {
            Read(
                plan.Weight,
                (long)plan.Outputs * plan.Inputs,
                weight =>
                {
                    if (plan.Bias is { } bias)
                    {
                        Read(bias, plan.Outputs, addend => team.Run(new PackWork(team, matrix, weight, addend)));
                    }
                    else
                    {
                        team.Run(new PackWork(team, matrix, weight, 0));
                    }
                }
            );
        }
    }

    /// <summary>Calls <paramref name="use"/> with the address of a tensor's values as contiguous float32 on the CPU.</summary>
    internal static void Read(Func<Tensor> source, long length, Action<nint> use)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var plain = source().detach().to(ScalarType.Float32).cpu().contiguous();
        if (plain.numel() != length)
        {
            throw new ArgumentException($"A decode plan promised {length} weights and its source has {plain.numel()}.");
        }

        use((nint)TensorMemory.Start(plain));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, matrix) in matrices)
        {
            matrix.Dispose();
        }

        foreach (var norm in norms)
        {
            norm.Dispose();
        }
    }

    private sealed class PackWork(ThreadTeam team, PackedMatrix matrix, nint weight, nint bias) : ITeamWork
    {
        public void Run(int member)
        {
            var (first, end) = team.Part(member, matrix.Panels);
            matrix.Pack((float*)weight, (float*)bias, first, end);
        }
    }
}

/// <summary>One block's packed weights.</summary>
internal sealed record PackedLayer(
    DecodeLayerPlan Plan,
    PackedNorm? AttentionNorm,
    PackedMatrix QueryKeyValue,
    PackedNorm? QueryNorm,
    PackedNorm? KeyNorm,
    PackedMatrix Output,
    PackedNorm? AttentionPostNorm,
    PackedNorm? FeedForwardNorm,
    PackedMatrix? Gate,
    PackedMatrix Up,
    PackedMatrix Down,
    PackedNorm? FeedForwardPostNorm
);
