//! Each method of the clients is written once, and both have it.

/// Writes items for both clients: in a module `blocking` for the one, and in `asynchronous` for the other. There the
/// names `Client` and `Key`, and those of what they are made of, mean each client's own.
macro_rules! both {
    ($($item:item)+) => {
        pub(crate) mod blocking {
            #[allow(unused_imports)]
            use super::*;
            use crate::blocking::*;
            $($item)+
        }

        #[cfg(feature = "tokio")]
        pub(crate) mod asynchronous {
            #[allow(unused_imports)]
            use super::*;
            use crate::asynchronous::*;
            $($item)+
        }
    };
}

/// Gives both clients these methods. They are written once, as asynchronous code of what a client is made of
/// (`$inner`): the asynchronous client awaits them, the blocking one runs them to their end. The names mean what they
/// mean in [`both`].
///
/// Rustfmt does not look into this: keep to its ways by hand.
macro_rules! methods {
    (impl $face:ident($inner:ident) { $(
        $(#[$doc:meta])*
        pub async fn $name:ident $(<$parameter:ident: $bound:ident>)? (
            $(&$self:ident)? $($owned:ident)? $(, $argument:ident: $type:ty)* $(,)?
        ) -> $result:ty { $($body:tt)* }
    )+ }) => {
        mod blocking_methods {
            use super::*;
            use crate::blocking::$face;
            #[allow(unused_imports)]
            use crate::blocking::*;

            impl crate::blocking::$inner { $(
                pub(crate) async fn $name $(<$parameter: $bound>)? (
                    $(&$self)? $($owned)? $(, $argument: $type)*
                ) -> $result { $($body)* }
            )+ }

            impl $face { $(
                $(#[$doc])*
                pub fn $name $(<$parameter: $bound>)? (
                    $(&$self)? $($owned)? $(, $argument: $type)*
                ) -> $result { now($($self)? $($owned)? .0.$name($($argument),*)) }
            )+ }
        }

        #[cfg(feature = "tokio")]
        mod asynchronous_methods {
            use super::*;
            use crate::asynchronous::$face;
            #[allow(unused_imports)]
            use crate::asynchronous::*;

            impl crate::asynchronous::$inner { $(
                pub(crate) async fn $name $(<$parameter: $bound>)? (
                    $(&$self)? $($owned)? $(, $argument: $type)*
                ) -> $result { $($body)* }
            )+ }

            impl $face { $(
                $(#[$doc])*
                pub async fn $name $(<$parameter: $bound>)? (
                    $(&$self)? $($owned)? $(, $argument: $type)*
                ) -> $result { $($self)? $($owned)? .0.$name($($argument),*).await }
            )+ }
        }
    };
}

pub(crate) use {both, methods};
