using Microsoft.Extensions.AI;
using Plumbline.Constitutions;

namespace Plumbline.Moderation.Chat;

/// <summary>Puts guards into pipelines of chat clients.</summary>
public static class GuardChatClientBuilderExtensions
{
    /// <summary>Checks what goes into the clients below and what comes out of them.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="guard">The guard, which keeps a constitution; not owned.</param>
    /// <param name="situation">Where conversations take place; null for unknown.</param>
    public static ChatClientBuilder UseConstitution(this ChatClientBuilder builder, IGuard guard, Situation? situation = null) =>
        builder.Use(inner => new GuardedChatClient(inner, guard, situation));
}
