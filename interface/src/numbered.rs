//! Enums whose values are numbers of the wire contract, written once as a table.

/// Declares a fieldless enum with its wire numbers, `ALL`, `number` and `from_number`.
macro_rules! numbered {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $number:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $vis enum $name { $($(#[$vmeta])* $variant = $number,)+ }

        impl $name {
            /// Every value, in the order of their numbers.
            pub const ALL: &[$name] = &[$($name::$variant,)+];

            /// The number that stands for this value on the wire.
            pub const fn number(self) -> u32 {
                self as u32
            }

            /// The value for which `number` stands, if there is one.
            pub const fn from_number(number: u32) -> Option<$name> {
                match number {
                    $($number => Some($name::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use numbered;
