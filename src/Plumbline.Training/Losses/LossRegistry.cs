using System.Reflection;
using static TorchSharp.torch;

namespace Plumbline.Training.Losses;

/// <summary>Losses by name, read from attributes: ours, and those of every assembly that a user registers. Thread-safe.</summary>
internal sealed class LossRegistry<TAttribute, TInput, TOptions>
    where TAttribute : LossAttribute
    where TOptions : notnull, new()
{
    private readonly string kind;
    private readonly Lock registering = new();
    private readonly HashSet<Assembly> assemblies = [];
    private volatile IReadOnlyList<RegisteredLoss<TAttribute, TInput, TOptions>> all = [];

    /// <param name="kind">What the losses are called in messages: "preference loss".</param>
    internal LossRegistry(string kind)
    {
        this.kind = kind;
        Register(typeof(LossAttribute).Assembly);
    }

    /// <summary>All losses, by name.</summary>
    internal IReadOnlyList<RegisteredLoss<TAttribute, TInput, TOptions>> All => all;

    internal RegisteredLoss<TAttribute, TInput, TOptions> Find(string name) =>
        all.FirstOrDefault(loss => loss.Name == name)
        ?? throw new InvalidInputException(
            $"There is no {kind} named '{(name.Length > 40 ? name[..40] + "…" : name)}'.",
            $"Use one of {string.Join(", ", all.Select(loss => loss.Name))}."
        );

    /// <summary>Adds the losses of an assembly; once more changes nothing.</summary>
    /// <returns>How many it declares.</returns>
    internal int Register(Assembly assembly)
    {
        lock (registering)
        {
            var declared = Declared(assembly).ToList();
            if (assemblies.Contains(assembly))
            {
                return declared.Count;
            }

            List<RegisteredLoss<TAttribute, TInput, TOptions>> losses = [.. all];
            foreach (var (method, declaration) in declared)
            {
                var loss = new RegisteredLoss<TAttribute, TInput, TOptions>(declaration, Function(method, declaration));
                if (losses.Exists(other => other.Name == loss.Name))
                {
                    throw new InvalidInputException($"There are two {kind}es named '{loss.Name}'.", $"Give {Place(method)} another name.");
                }

                losses.Add(loss);
            }

            all = [.. losses.OrderBy(loss => loss.Name, StringComparer.Ordinal)];
            assemblies.Add(assembly);
            return declared.Count;
        }
    }

    private static IEnumerable<(MethodInfo Method, TAttribute Declaration)> Declared(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(
            BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
        )
        let declaration = method.GetCustomAttribute<TAttribute>()
        where declaration is not null
        select (method, declaration);

    private static Func<TInput, TOptions, Tensor> Function(MethodInfo method, TAttribute declaration)
    {
        var parameters = method.GetParameters().Select(parameter => parameter.ParameterType);
        if (!method.IsStatic || method.ReturnType != typeof(Tensor) || !parameters.SequenceEqual([typeof(TInput), typeof(TOptions)]))
        {
            throw new InvalidInputException(
                $"The loss '{declaration.Name}' ({Place(method)}) does not have the form of one.",
                $"Write it as public static Tensor {method.Name}({typeof(TInput).Name}, {typeof(TOptions).Name})."
            );
        }

        if (declaration.Formula.Length == 0 || declaration.Paper.Length == 0)
        {
            throw new InvalidInputException(
                $"The loss '{declaration.Name}' ({Place(method)}) does not say its formula and where it comes from.",
                "Set Formula and Paper in its attribute."
            );
        }

        return method.CreateDelegate<Func<TInput, TOptions, Tensor>>();
    }

    private static string Place(MethodInfo method) => $"{method.DeclaringType?.FullName}.{method.Name}";
}
